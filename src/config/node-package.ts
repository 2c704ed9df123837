import { join } from "node:path";
import { type JsonSource, parseJson } from "./json-source.ts";
import { readSource } from "./read-source.ts";
import type { Report } from "./report.ts";
import { isPlainMap } from "./schema-kit.ts";
import { SourceText } from "./source-text.ts";

/** What a package.json says that matters to who runs it. */
export interface NodePackage {
  source: JsonSource;
  name: string | null;
  version: string | null;
  /** The program's file, relative to the folder; null where it names none. */
  main: string | null;
  /** By name, without empty ones. */
  scripts: ReadonlyMap<string, string>;
  /** It needs packages to run. */
  hasDependencies: boolean;
  /** It needs packages to be built or tested. */
  hasDevDependencies: boolean;
}

/** What came of looking for a package.json: `broken` where it is of no use, which is then an error in the report. */
export type PackageReading = { kind: "absent" } | { kind: "broken" } | { kind: "package"; package: NodePackage };

/** Reads the package.json of `dir`. */
export function readNodePackage(dir: string, report: Report): PackageReading {
  const file = join(dir, "package.json");
  const reading = readSource(file);
  if (reading.kind === "absent") return reading;
  if (reading.kind === "unreadable") {
    report.error("unreadable", `this file ${reading.problem}`, new SourceText(file, "").locate(0, 1), reading.hint);
    return { kind: "broken" };
  }
  const source = parseJson(reading.source, report);
  if (source === null) return { kind: "broken" };
  const { value } = source;
  if (!isPlainMap(value)) {
    report.error("wrong-type", "a package.json must be an object", source.valueAt([]));
    return { kind: "broken" };
  }
  const scripts = scriptsOf(value.scripts, source, report);
  if (scripts === null) return { kind: "broken" };
  const textOf = (key: string): string | null => {
    const text = value[key];
    return typeof text === "string" && text.trim() !== "" ? text.trim() : null;
  };
  return {
    kind: "package",
    package: {
      source,
      name: textOf("name"),
      version: textOf("version"),
      main: textOf("main"),
      scripts,
      hasDependencies: hasEntries(value.dependencies),
      hasDevDependencies: hasEntries(value.devDependencies),
    },
  };
}

/** Null where there is a mistake in them. */
function scriptsOf(value: unknown, source: JsonSource, report: Report): Map<string, string> | null {
  if (value === undefined) return new Map();
  if (!isPlainMap(value)) {
    report.error("wrong-type", "scripts must be an object of names and commands", source.valueAt(["scripts"]));
    return null;
  }
  const scripts = new Map<string, string>();
  let isGood = true;
  for (const [name, script] of Object.entries(value)) {
    if (typeof script !== "string") {
      report.error("wrong-type", `the script "${name}" must be text`, source.valueAt(["scripts", name]));
      isGood = false;
    } else if (script.trim() !== "") scripts.set(name, script.trim());
  }
  return isGood ? scripts : null;
}

function hasEntries(value: unknown): boolean {
  return isPlainMap(value) && Object.keys(value).length > 0;
}
