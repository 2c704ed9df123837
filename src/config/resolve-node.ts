import { basename, join } from "node:path";
import type { EnvFile } from "../model/service.ts";
import { isThere } from "./discover.ts";
import { type NodeCommands, nodeCommands } from "./node-commands.ts";
import { type NodePackage, readNodePackage } from "./node-package.ts";
import { findPackageManager, type PackageManager } from "./package-manager.ts";
import type { Report } from "./report.ts";

/** How a service is built, run and tested by what its package.json says. */
export interface ResolvedNode extends Pick<NodeCommands, "build" | "test"> {
  run: string;
  /** What a package manager would add to the environment, as if package.json were an env file. */
  envFile: EnvFile;
}

/**
 * What the package.json of a folder means; null where there is none, `broken` where it cannot be made sense of or says
 * nothing of use, which is reported. `files` gets what was read or would matter if it appeared.
 */
export function resolveNode(
  dir: string,
  args: readonly string[],
  files: Set<string>,
  report: Report,
): ResolvedNode | "broken" | null {
  files.add(join(dir, "package.json"));
  const reading = readNodePackage(dir, report);
  if (reading.kind === "absent") return null;
  if (reading.kind === "broken") return "broken";
  const manager = findPackageManager(dir);
  for (const file of manager.files) files.add(file);
  const exists = (file: string): boolean => isThere(join(dir, file));
  const commands = nodeCommands({ package: reading.package, manager, args, exists });
  if (commands.run === null) {
    const message = "nothing says how this is run: there is no start script, no main and no index.js or server.js";
    const place = reading.package.source.valueAt(["scripts"]);
    report.error("no-start-script", message, place, 'add "start" to its scripts, or write run: in service.yml');
    return "broken";
  }
  const { build, run, test } = commands;
  return { build, run, test, envFile: envFileOf(dir, reading.package, manager, commands.script) };
}

/** The package.json that says how a service is run; null for what is no Node service, or has a `run:` of its own. */
export function packageFileOf(envFiles: readonly EnvFile[]): string | null {
  return envFiles.find(({ path }) => basename(path) === "package.json")?.path ?? null;
}

function envFileOf(dir: string, { name, version }: NodePackage, manager: PackageManager, script: string | null) {
  const path = join(dir, "package.json");
  // What npm sets for a script and programs read; what it runs itself, it sets for itself.
  const ofScript: Record<string, string | null> =
    script === null
      ? {}
      : {
          INIT_CWD: dir,
          npm_lifecycle_event: script,
          npm_package_json: path,
          npm_package_name: name,
          npm_package_version: version,
        };
  const values: Record<string, string> = { PATH: `${manager.bins.map(literal).join(":")}:\${PATH}` };
  for (const [key, value] of Object.entries(ofScript)) if (value !== null) values[key] = literal(value);
  return { path, values };
}

/** So that `${…}` stays as it is written. */
function literal(text: string): string {
  return text.replaceAll("${", () => "$${");
}
