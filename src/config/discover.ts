import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { errnoOf } from "../lib/errno.ts";
import { isFolder } from "./folder-pattern.ts";
import { readSource } from "./read-source.ts";
import type { Report } from "./report.ts";
import { isPlainMap } from "./schema-kit.ts";
import type { ServiceDraft } from "./service-draft.ts";
import { isServiceName, toServiceName } from "./service-name.ts";
import { SourceText } from "./source-text.ts";
import { parseYaml } from "./yaml-source.ts";

/** What a look at the root's folders found. */
export interface Discovery {
  drafts: ServiceDraft[];
  /** Every service.yml that is or could be there. */
  files: string[];
  /** True where a file could not be made sense of, so that not all names are known. */
  isIncomplete: boolean;
}

/** Finds the service.yml of every direct subfolder of `root`, links followed, dot folders skipped. By folder name. */
export function discover(root: string, report: Report): Discovery {
  const discovery: Discovery = { drafts: [], files: [], isIncomplete: false };
  for (const name of subfolders(root, report)) {
    const dir = join(root, name);
    const file = join(dir, "service.yml");
    discovery.files.push(file);
    const reading = readSource(file);
    if (reading.kind === "absent") {
      const misnamed = join(dir, "service.yaml");
      if (isThere(misnamed)) warnOfName(misnamed, "service.yml", report);
      continue;
    }
    const draft = { name, dir, file, path: [] };
    if (reading.kind === "unreadable") {
      // A folder that nobody may enter (a database's data, say) is no service.
      if (!isThere(file)) continue;
      const place = new SourceText(file, "").locate(0, 1);
      report.error("unreadable", `this file ${reading.problem}`, place, reading.hint);
      discovery.drafts.push({ ...draft, source: null, value: null, nameAt: () => place });
      discovery.isIncomplete = true;
      continue;
    }
    const source = parseYaml(reading.source, report);
    discovery.isIncomplete ||= source === null;
    const given = isPlainMap(source?.value) ? source.value.name : undefined;
    const nameAt = () => source?.valueAt(["name"]) ?? reading.source.locate(0, 1);
    if (source !== null && (given === undefined || given === null) && !isServiceName(name)) {
      const hint = `give it one: name: ${toServiceName(name)}`;
      report.error("bad-name", `the folder's name "${name}" cannot be the name of a service`, source.valueAt([]), hint);
      continue;
    }
    const isUsable = (typeof given === "string" || typeof given === "number") && isServiceName(String(given));
    const value = source?.value ?? null;
    discovery.drafts.push({ ...draft, name: isUsable ? String(given) : name, source, value, nameAt });
  }
  return discovery;
}

/** True for what exists and may be looked at. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Warns that a file is called `.yaml`, and so is not read. */
export function warnOfName(file: string, expected: string, report: Report): void {
  const place = new SourceText(file, "").locate(0, 1);
  report.warning("file-name", `${basename(file)} is not read`, place, `call it ${expected}`);
}

/** Names of the folders in `root`, sorted; a folder that cannot be listed is reported. */
function subfolders(root: string, report: Report): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(root, { withFileTypes: true });
  } catch (error) {
    const reason = errnoOf(error) === "ENOENT" ? "does not exist" : `cannot be listed: ${errnoOf(error)}`;
    report.error("unreadable", `the folder ${root} ${reason}`, null);
    return [];
  }
  const folders = entries.filter((entry) => {
    if (entry.name.startsWith(".")) return false;
    return entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(root, entry.name)));
  });
  return folders.map((entry) => entry.name).sort();
}
