import * as z from "zod/mini";
import type { Diagnostic } from "../model/diagnostic.ts";
import { readValue } from "./explain-issue.ts";
import { readSource } from "./read-source.ts";
import { Report } from "./report.ts";
import { choice, flag, isPlainMap, leaf, Refusal, section } from "./schema-kit.ts";
import { SourceText } from "./source-text.ts";
import { defaultUserConfig, type UserConfig } from "./user-config-file.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

/** What is wrong with a key binding; `key` is null where it is about the binding as a whole. */
interface KeyMistake {
  id: string;
  key: string | null;
  message: string;
  hint: string | null;
}

const keysSchema = leaf({ description: "A key, or a list of keys" }, (input): string[] | Refusal => {
  const keys = Array.isArray(input) ? input : [input];
  // YAML reads 1 as a number; it is a key all the same.
  if (keys.every((key) => typeof key === "string" || (Number.isInteger(key) && key >= 0 && key < 10)))
    return keys.map(String);
  return new Refusal("must be a key or a list of keys", 'put it in quotes: "?"');
});

const schema = section({
  theme: z.optional(choice(["dark", "light", "auto"], "Colours that suit the terminal's background; default: auto")),
  mouse: z.optional(flag("Clicks and the wheel go to the dashboard; default: false")),
  keys: z.optional(z.unknown()),
});

const bindingsSchema = z.record(z.string(), keysSchema);

/**
 * Reads the user's own settings. What has a mistake in it is a diagnostic and left out; all else counts. `checkKeys` knows which bindings and
 * keys there are. Never throws.
 */
export function readUserConfig(
  file: string,
  checkKeys: (keys: Record<string, string[]>) => readonly KeyMistake[],
): { config: UserConfig; diagnostics: Diagnostic[] } {
  const report = new Report();
  const config = read(file, checkKeys, report);
  return { config, diagnostics: report.sorted() };
}

function read(file: string, checkKeys: (keys: Record<string, string[]>) => readonly KeyMistake[], report: Report) {
  const reading = readSource(file);
  if (reading.kind === "absent") return defaultUserConfig;
  if (reading.kind === "unreadable") {
    report.error("unreadable", `this file ${reading.problem}`, new SourceText(file, "").locate(0, 1), reading.hint);
    return defaultUserConfig;
  }
  const source = parseYaml(reading.source, report);
  if (source === null) return defaultUserConfig;
  const input = readValue(schema, source.value ?? {}, source, [], report)?.output;
  return {
    theme: input?.theme ?? defaultUserConfig.theme,
    mouse: input?.mouse ?? defaultUserConfig.mouse,
    keys: readKeys(input?.keys ?? null, source, checkKeys, report),
  };
}

function readKeys(
  value: unknown,
  source: YamlSource,
  checkKeys: (keys: Record<string, string[]>) => readonly KeyMistake[],
  report: Report,
): Record<string, string[]> {
  if (value === null) return {};
  const keys = readValue(bindingsSchema, value, source, ["keys"], report)?.output ?? {};
  const mistakes = checkKeys(keys);
  for (const { id, key, message, hint } of mistakes) {
    report.error(key === null ? "unknown-binding" : "bad-key", message, placeOf(source, value, id, key), hint);
  }
  const broken = new Set(mistakes.map((m) => m.id));
  return Object.fromEntries(Object.entries(keys).filter(([id]) => !broken.has(id)));
}

function placeOf(source: YamlSource, value: unknown, id: string, key: string | null) {
  if (key === null) return source.keyAt(["keys", id]);
  const entry = isPlainMap(value) ? value[id] : null;
  const index = Array.isArray(entry) ? entry.map(String).indexOf(key) : -1;
  return source.valueAt(index === -1 ? ["keys", id] : ["keys", id, index]);
}
