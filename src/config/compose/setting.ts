import type * as z from "zod/mini";
import { readValue } from "../explain-issue.ts";
import type { Report } from "../report.ts";
import type { Path, YamlSource } from "../yaml-source.ts";

/** A setting of a service in a file of another tool. */
export interface Setting {
  value: unknown;
  /** Where it stands. */
  path: Path;
}

/** A service of such a file: its settings, each under Compose's name for it. Nothing is empty. */
export interface ForeignService {
  name: string;
  /** Where the service stands. */
  path: Path;
  /** The file, for places; values are taken from `settings`, where their variables are replaced. */
  source: YamlSource;
  settings: ReadonlyMap<string, Setting>;
}

/** The checked value of one setting; undefined where it is not given, or makes no sense, which is reported. */
export function readSetting<Schema extends z.ZodMiniType>(
  service: ForeignService,
  key: string,
  schema: Schema,
  report: Report,
): z.output<Schema> | undefined {
  const setting = service.settings.get(key);
  if (setting === undefined) return undefined;
  return readValue(schema, setting.value, service.source, setting.path, report)?.output;
}
