import type { Diagnostic } from "../../../model/diagnostic.ts";
import { cleanText } from "../../text/clean-text.ts";

/** `orders/service.yml:3:1 unknown key "prot" (did you mean "port"?)`, with the path from `root` (empty: the whole path). */
export function describeDiagnostic({ location, message, hint }: Diagnostic, root: string): string {
  const file =
    root !== "" && location?.file.startsWith(`${root}/`) === true
      ? location.file.slice(root.length + 1)
      : location?.file;
  const place = location === null ? "" : `${file}:${location.line}:${location.column} `;
  return cleanText(`${place}${message}${hint === null ? "" : ` (${hint})`}`);
}
