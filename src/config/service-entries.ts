import { basename, resolve } from "node:path";
import { expandFolders, hasWildcard, isFolder, searchedFolder } from "./folder-pattern.ts";
import type { Report } from "./report.ts";
import { isPlainMap } from "./schema-kit.ts";
import type { ServiceDraft } from "./service-draft.ts";
import { isServiceName, toServiceName } from "./service-name.ts";
import type { YamlSource } from "./yaml-source.ts";

/** What `services:` in orchestra.yml describes. */
export interface ServiceEntries {
  drafts: ServiceDraft[];
  /** Folders that are missing, or in which another one would be a service. */
  folders: string[];
}

/** Finds the services of `services:`; a pattern in `dir` makes one of each folder. */
export function serviceEntries(source: YamlSource, root: string, report: Report): ServiceEntries {
  const entries: ServiceEntries = { drafts: [], folders: [] };
  const services = isPlainMap(source.value) ? source.value.services : null;
  if (!isPlainMap(services)) return entries;
  for (const [key, value] of Object.entries(services)) {
    const path = ["services", key];
    const given = isPlainMap(value) && typeof value.dir === "string" && value.dir !== "" ? value.dir : null;
    const draft = { file: source.text.file, source, path, value: value ?? {}, nameAt: () => source.keyAt(path) };
    if (given !== null && hasWildcard(given)) {
      entries.drafts.push(...expandEntry(given, draft, root, report));
      entries.folders.push(searchedFolder(given, root));
      continue;
    }
    if (!isServiceName(key)) {
      const hint = `write ${toServiceName(key)}`;
      report.error("bad-name", `"${key}" cannot be the name of a service`, draft.nameAt(), hint);
      continue;
    }
    const dir = resolve(root, given ?? key);
    entries.drafts.push({ ...draft, name: key, dir });
    if (isFolder(dir)) continue;
    entries.folders.push(dir);
    const hint = given === null ? "write dir: with the folder it is in" : null;
    const place = given === null ? draft.nameAt() : source.valueAt([...path, "dir"]);
    report.error("missing-folder", `the folder ${dir} does not exist`, place, hint);
  }
  return entries;
}

type Entry = Omit<ServiceDraft, "name" | "dir"> & { source: YamlSource };

function expandEntry(pattern: string, draft: Entry, root: string, report: Report): ServiceDraft[] {
  const folders = expandFolders(pattern, root);
  const nameAt = () => draft.source.valueAt([...draft.path, "dir"]);
  if (folders.length === 0) {
    report.error("missing-folder", `no folder matches ${resolve(root, pattern)}`, nameAt());
  }
  return folders.flatMap((dir) => {
    const name = basename(dir);
    if (isServiceName(name)) return [{ ...draft, name, dir, nameAt }];
    report.error("bad-name", `the folder's name "${name}" cannot be the name of a service`, nameAt());
    return [];
  });
}
