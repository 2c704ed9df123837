import { basename, relative } from "node:path";
import type { Location } from "../model/diagnostic.ts";
import { variablePrefix } from "./address-variables.ts";
import type { Report } from "./report.ts";
import type { ServiceDraft } from "./service-draft.ts";
import type { LazyLocation } from "./yaml-source.ts";

/** A unit's name and where it stands. */
export interface NamedDraft {
  name: string;
  nameAt: LazyLocation;
}

/**
 * Reports units of one name, folders described twice, and names whose variables (`CATALOG_HOST`) would be the same.
 * Of two with one name, that of a file from elsewhere is the one to mend.
 */
export function checkNames(
  drafts: readonly ServiceDraft[],
  vendors: { own: readonly NamedDraft[]; fromElsewhere: readonly NamedDraft[] },
  root: string,
  report: Report,
): void {
  const named = new Map<string, NamedDraft>();
  const prefixes = new Map<string, string>();
  for (const unit of [...vendors.own, ...drafts, ...vendors.fromElsewhere]) {
    const first = named.get(unit.name);
    if (first !== undefined) {
      const place = placeOf(first.nameAt(), root);
      report.error("duplicate-name", `the name "${unit.name}" is taken`, unit.nameAt(), `it is that of ${place}`);
      continue;
    }
    named.set(unit.name, unit);
    const prefix = variablePrefix(unit.name);
    const twin = prefixes.get(prefix);
    if (twin === undefined) prefixes.set(prefix, unit.name);
    else
      report.warning(
        "similar-name",
        `"${unit.name}" and "${twin}" share the variables ${prefix}_HOST and ${prefix}_PORT`,
        unit.nameAt(),
      );
  }
  checkFolders(drafts, root, report);
}

function checkFolders(drafts: readonly ServiceDraft[], root: string, report: Report): void {
  const discovered = new Map(drafts.filter(hasOwnFile).map((draft) => [draft.dir, draft]));
  for (const draft of drafts) {
    const twin = discovered.get(draft.dir);
    if (hasOwnFile(draft) || twin === undefined || twin.name === draft.name) continue;
    const message = `the folder of "${draft.name}" has a service.yml, which makes it the service "${twin.name}"`;
    report.error("duplicate-folder", message, draft.nameAt(), `keep this or ${relative(root, twin.file)}`);
  }
}

function hasOwnFile(draft: ServiceDraft): boolean {
  return basename(draft.file) === "service.yml";
}

/** `orders/service.yml:3`. */
export function placeOf(location: Location, root: string): string {
  return `${relative(root, location.file)}:${location.line}`;
}
