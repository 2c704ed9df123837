import { dirname, resolve } from "node:path";
import type { EnvFile } from "../../model/service.ts";
import { isThere } from "../discover.ts";
import type { EnvFiles } from "../env-files.ts";
import { envNamePattern } from "../env-schema.ts";
import type { Report } from "../report.ts";
import { describe, isPlainMap } from "../schema-kit.ts";
import type { Path } from "../yaml-source.ts";
import type { LookUp } from "./compose-variables.ts";
import type { ForeignService } from "./setting.ts";

/** `environment:`, a map or a list of NAME=value; a name alone has the value that it has outside, or none. */
export function composeEnvironment(service: ForeignService, lookUp: LookUp, report: Report): Record<string, string> {
  const setting = service.settings.get("environment");
  if (setting === undefined) return {};
  const env: Record<string, string> = {};
  for (const { name, value, path } of entriesOf(setting.value, setting.path, service, report)) {
    if (!envNamePattern.test(name)) {
      const hint = "use letters, digits and _, and no digit in front";
      report.error("bad-name", `"${name}" is no name for a variable`, service.source.keyAt(path), hint);
      continue;
    }
    const found = value ?? lookUp(name);
    // What looks like a variable by now stands for itself: whoever starts the container would replace it once more.
    if (found !== null) env[name] = found.replaceAll("${", "$$${");
  }
  return env;
}

interface Entry {
  name: string;
  value: string | null;
  path: Path;
}

function entriesOf(given: unknown, path: Path, { source }: ForeignService, report: Report): Entry[] {
  if (isPlainMap(given)) {
    return Object.entries(given).flatMap(([name, value]): Entry[] => {
      const entry = { name, path: [...path, name] };
      if (value === null) return [{ ...entry, value }];
      if (typeof value !== "object") return [{ ...entry, value: source.writtenAt(entry.path) ?? String(value) }];
      report.error("wrong-type", `"${name}" must be text, not ${describe(value)}`, source.valueAt(entry.path));
      return [];
    });
  }
  if (!Array.isArray(given)) {
    const message = `"environment" must be a map or a list of NAME=value, not ${describe(given)}`;
    report.error("wrong-type", message, source.valueAt(path));
    return [];
  }
  return given.flatMap((item: unknown, i) => {
    if (typeof item !== "string") {
      const message = `an entry of "environment" must be NAME=value, not ${describe(item)}`;
      report.error("wrong-type", message, source.valueAt([...path, i]));
      return [];
    }
    const [name = "", value = null] = item.split(/=(.*)/s, 2);
    return [{ name, value, path: [...path, i] }];
  });
}

/** `env_file:`, a path, a list of them, or of maps that say that one need not be there. */
export function composeEnvFiles(service: ForeignService, envFiles: EnvFiles, report: Report): EnvFile[] {
  const setting = service.settings.get("env_file");
  if (setting === undefined) return [];
  const { source } = service;
  const isList = Array.isArray(setting.value);
  const given: unknown[] = Array.isArray(setting.value) ? setting.value : [setting.value];
  return given.flatMap((item, i) => {
    const at = () => source.valueAt(isList ? [...setting.path, i] : setting.path);
    const name = isPlainMap(item) ? item.path : item;
    if (typeof name !== "string" || name === "") {
      report.error("wrong-type", `an entry of "env_file" must be a path, not ${describe(name)}`, at());
      return [];
    }
    const file = resolve(dirname(source.text.file), name);
    const isOptional = isPlainMap(item) && (item.required === false || item.required === "false");
    if (isOptional && !isThere(file)) {
      envFiles.files.add(file);
      return [];
    }
    return envFiles.loadOne(file, at) ?? [];
  });
}
