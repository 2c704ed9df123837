import type { Trouble } from "../state/first-run.ts";
import type { BoundKey, KeyTable } from "./rebind.ts";

/** The bindings that are of use in a trouble; for any other, what they do is not there to be done. */
export function firstRunKeys(table: KeyTable, trouble: Trouble): BoundKey[] {
  return table.filter((b) => b.context === "first-run" && isOfUse(b, trouble));
}

function isOfUse({ id }: BoundKey, trouble: Trouble): boolean {
  switch (id) {
    case "first-create":
      return trouble.kind === "nothing" && trouble.files.length > 0;
    case "first-replace":
      return trouble.kind === "other-version";
    case "first-retry":
      return trouble.kind === "unreachable";
    default:
      return true;
  }
}
