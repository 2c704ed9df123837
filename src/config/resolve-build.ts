import { readdirSync } from "node:fs";
import type { BuildSpec, EnvFile, RunSpec } from "../model/service.ts";
import type { Report } from "./report.ts";
import { type ResolvedNode, resolveNode } from "./resolve-node.ts";
import { isImageAlone } from "./service-container.ts";
import type { ServiceInput } from "./service-schema.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** How a service is built and run, and how it is tested. */
export interface ResolvedBuild {
  build: BuildSpec;
  run: RunSpec;
  test: string | null;
  /** What its package.json adds to its environment; null where that has no say. */
  packageEnv: EnvFile | null;
}

/**
 * Fills in the defaults: no build where only `run` is given; what package.json says where there is one, and no Go; else Go.
 * `files` gets what was read, or would matter if it appeared.
 */
export function resolveBuild(
  input: ServiceInput,
  dir: string,
  source: YamlSource,
  base: Path,
  files: Set<string>,
  report: Report,
): ResolvedBuild {
  const node =
    input.run === undefined && input.go === undefined && !isImageAlone(input) && hasNoGo(dir)
      ? resolveNode(dir, argsOf(input, source, base), files, report)
      : null;
  if (node === "broken") {
    // That is reported, and the fleet has no spec.
    return { build: { kind: "none" }, run: { kind: "binary", args: [] }, test: null, packageEnv: null };
  }
  return node === null ? resolveCommands(input, dir, source, base, report) : resolvedByPackage(input, node);
}

/** What the service's own file says of build and test wins. */
function resolvedByPackage(input: ServiceInput, node: ResolvedNode): ResolvedBuild {
  const build = input.build ?? node.build;
  return {
    build: build === null ? { kind: "none" } : { kind: "command", command: build },
    run: { kind: "command", command: node.run },
    test: input.test ?? node.test,
    packageEnv: node.envFile,
  };
}

function resolveCommands(
  input: ServiceInput,
  dir: string,
  source: YamlSource,
  base: Path,
  report: Report,
): ResolvedBuild {
  const build = buildOf(input);
  if (input.build !== undefined && input.go !== undefined) {
    report.warning("no-effect", '"go" means nothing beside "build"', source.keyAt([...base, "go"]));
  }
  if (input.run !== undefined && input.args !== undefined) {
    const hint = "write the arguments into run";
    report.warning("no-effect", '"args" means nothing beside "run"', source.keyAt([...base, "args"]), hint);
  }
  if (build.kind === "command" && input.run === undefined) {
    const hint = "write run: with the command that starts it";
    report.error(
      "missing-key",
      '"build" makes something, and nothing says how to run it',
      source.keyAt([...base, "build"]),
      hint,
    );
  }
  if (build.kind === "go" && build.go.package === "." && hasNoGo(dir)) {
    const hint = "write run: with the command that starts it, or go: {package: ./cmd/name}";
    report.warning("no-go-files", `there are no Go files in ${dir}`, source.keyAt(base), hint);
  }
  return {
    build,
    run:
      input.run === undefined
        ? { kind: "binary", args: argsOf(input, source, base) }
        : { kind: "command", command: input.run },
    test: input.test ?? (build.kind === "go" ? "go test ./..." : null),
    packageEnv: null,
  };
}

function buildOf(input: ServiceInput): BuildSpec {
  if (isImageAlone(input)) return { kind: "none" };
  if (input.build !== undefined) return { kind: "command", command: input.build };
  if (input.run !== undefined && input.go === undefined) return { kind: "none" };
  const { package: packagePath = ".", tags = [], race = false, ldflags = "" } = input.go ?? {};
  return { kind: "go", go: { package: packagePath, tags, race, ldflags } };
}

function argsOf(input: ServiceInput, source: YamlSource, base: Path): string[] {
  return (input.args ?? []).map((arg, i) => source.writtenAt([...base, "args", i]) ?? arg);
}

function hasNoGo(dir: string): boolean {
  try {
    return !readdirSync(dir).some((name) => name.endsWith(".go"));
  } catch {
    // A missing folder is a mistake of its own, reported where it is written.
    return false;
  }
}
