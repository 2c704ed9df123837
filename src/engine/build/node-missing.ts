import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { realPathOf } from "../../config/fleet-id.ts";
import { scriptCommand } from "../../config/node-commands.ts";
import { type NodePackage, readNodePackage } from "../../config/node-package.ts";
import { findPackageManager, type PackageManager } from "../../config/package-manager.ts";
import { Report } from "../../config/report.ts";
import { packageFileOf } from "../../config/resolve-node.ts";
import type { Failure } from "../../model/failure.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { toArgv } from "../process/command-line.ts";
import { StatCache } from "./stat-cache.ts";
import { isKnownTool, type ToolPurpose, toolMissing } from "./tool-missing.ts";

/**
 * What a service that its package.json describes lacks, so that `command` cannot do its work: node, the package manager, a
 * tool among its packages, or all of its packages. Null where nothing is known to be missing, and for any other service.
 */
export function nodeMissing(
  { dir, envFiles }: Pick<ServiceSpec, "dir" | "envFiles">,
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  purpose: ToolPurpose,
): Failure | null {
  if (packageFileOf(envFiles) === null) return null;
  const stats = new StatCache();
  const program = programOf(command);
  const isThere = program === null || isOnPath(program, dir, env.PATH ?? "", stats);
  if (!isThere && isKnownTool(program)) return toolMissing(program, purpose);
  const reading = readNodePackage(dir, new Report());
  // Whoever reads the config says what is wrong with it.
  if (reading.kind !== "package") return null;
  const manager = findPackageManager(dir);
  const isByPackage =
    purpose === "run" || command === scriptCommand(manager.name, purpose === "built" ? "build" : "test");
  if (isByPackage && lacksPackages(dir, reading.package, manager, purpose, stats)) {
    return packagesMissing(manager, purpose);
  }
  return isThere ? null : notInstalled(program, manager, purpose);
}

/** The same for a program that a shell did not find when it ran a command of the service. */
export function programMissing(
  { dir, envFiles }: Pick<ServiceSpec, "dir" | "envFiles">,
  program: string,
  purpose: ToolPurpose,
): Failure {
  if (packageFileOf(envFiles) === null || isKnownTool(program)) return toolMissing(program, purpose);
  return notInstalled(program, findPackageManager(dir), purpose);
}

function notInstalled(tool: string, { install, root }: PackageManager, purpose: ToolPurpose): Failure {
  const message = `cannot be ${purpose}: \`${tool}\` is not installed`;
  const hint = `run \`${install}\` in ${root}, or add ${tool} to its packages if they lack it`;
  return { kind: "toolchain-missing", tool, message, hint };
}

/** The program that a command begins with; null where only a shell could tell, and where it is a path. */
function programOf(command: string): string | null {
  const { file } = toArgv(command);
  return file.includes("/") ? null : file;
}

function isOnPath(program: string, dir: string, path: string, stats: StatCache): boolean {
  return path.split(delimiter).some((folder) => {
    const file = resolve(dir, folder, program);
    return stats.stat(file)?.isFile() === true && isExecutable(file);
  });
}

/** A script that gets packages by itself, such as `npm ci && tsc`. */
const installs = /\b(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|add)\b/;

/** Node looks for packages in every folder up to the root; where it finds any, it is not for us to say which are missing. */
function lacksPackages(
  dir: string,
  { hasDependencies, hasDevDependencies, scripts }: NodePackage,
  manager: PackageManager,
  purpose: ToolPurpose,
  stats: StatCache,
): boolean {
  // Bun gets what it needs by itself.
  const isNeeded = hasDependencies || (hasDevDependencies && purpose !== "run");
  if (!isNeeded || manager.name === "bun" || [...scripts.values()].some((text) => installs.test(text))) return false;
  if (manager.isPlugAndPlay) return stats.stat(join(manager.root, ".pnp.cjs")) === null;
  for (let folder = realPathOf(dir); ; folder = dirname(folder)) {
    if (stats.stat(join(folder, "node_modules"))?.isDirectory() === true) return false;
    if (dirname(folder) === folder) return true;
  }
}

function packagesMissing({ install, root, isPlugAndPlay }: PackageManager, purpose: ToolPurpose): Failure {
  const tool = isPlugAndPlay ? ".pnp.cjs" : "node_modules";
  const message = `cannot be ${purpose}: its packages are not installed (there is no ${tool})`;
  return { kind: "toolchain-missing", tool, message, hint: `run \`${install}\` in ${root}` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
