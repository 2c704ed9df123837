import { readProcFile } from "./proc-file.ts";
import type { ProcessInfo } from "./process-info.ts";

/** The arguments of a process joined by blanks, as it shows them itself; its short name where it shows none. */
export function readCommandLine({ pid, comm }: Pick<ProcessInfo, "pid" | "comm">): string {
  const text = readProcFile(`/proc/${pid}/cmdline`);
  const words = text === null ? "" : Buffer.from(text, "latin1").toString().replace(/\0+$/, "").replaceAll("\0", " ");
  return words === "" ? comm : words;
}
