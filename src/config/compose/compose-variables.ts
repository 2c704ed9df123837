import { dirname, join } from "node:path";
import { parseDotenv } from "../dotenv.ts";
import { interpolate } from "../interpolate.ts";
import { readSource } from "../read-source.ts";
import type { Report } from "../report.ts";
import { isPlainMap } from "../schema-kit.ts";
import type { ForeignContext } from "../vendors/foreign-vendors.ts";
import type { Path, YamlSource } from "../yaml-source.ts";
import { interpolateCompose } from "./compose-interpolation.ts";

/** By name, the value of a variable; null for one that has none. */
export type LookUp = (name: string) => string | null;

/** Variables as Compose finds them for `file`: in the environment, else in the `.env` beside the file. */
export function composeVariables(file: string, { env, asked, report }: ForeignContext): LookUp {
  const beside = join(dirname(file), ".env");
  const reading = readSource(beside);
  const values: Record<string, string> = Object.create(null);
  const lookUp: LookUp = (name) => {
    asked.add(name);
    return (Object.hasOwn(env, name) ? env[name] : null) ?? values[name] ?? null;
  };
  if (reading.kind !== "text") return lookUp;
  const dotenv = parseDotenv(reading.source.text);
  for (const { line, message } of dotenv.mistakes) {
    // The line itself is left out: it may be a password, and diagnostics end up in CI logs.
    report.warning("env-file", message, { file: beside, line, column: 1, length: 1, excerpt: "" });
  }
  // A line may use those before it.
  for (const [name, value] of Object.entries(dotenv.values)) values[name] = interpolate(value, lookUp).value;
  return lookUp;
}

/** The value at `path` of a file with the variables in all of its texts replaced; keys stay as they are. */
export function interpolateValue(
  value: unknown,
  source: YamlSource,
  path: Path,
  lookUp: LookUp,
  report: Report,
): unknown {
  if (typeof value === "string") {
    if (!value.includes("$")) return value;
    const result = interpolateCompose(value, lookUp);
    const key = path.findLast((step) => typeof step === "string");
    for (const mistake of result.mistakes) {
      report.error("variable", `"${String(key)}" ${mistake}`, source.valueAt(path));
    }
    for (const name of new Set(result.unset)) {
      const hint = `set it, or write \${${name}:-default}`;
      report.warning("variable", `${name} has no value: nothing stands in its place`, source.valueAt(path), hint);
    }
    return result.value;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => interpolateValue(item, source, [...path, i], lookUp, report));
  }
  if (!isPlainMap(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) {
    copy[key] = interpolateValue(value[key], source, [...path, key], lookUp, report);
  }
  return copy;
}
