import type { Failure } from "../../model/failure.ts";
import { StatCache } from "./stat-cache.ts";
import { toolchainMissing } from "./toolchain-missing.ts";

/** What a tool was to do for a service. */
export type ToolPurpose = "built" | "run" | "tested";

/** Where the tools that services are built, run and tested with most often come from. */
const sources: Readonly<Record<string, string>> = {
  node: "get it from https://nodejs.org",
  npm: "it comes with Node: https://nodejs.org",
  npx: "it comes with Node: https://nodejs.org",
  yarn: "get it with `npm install -g yarn`, or from https://yarnpkg.com",
  pnpm: "get it with `npm install -g pnpm`, or from https://pnpm.io",
  bun: "get it from https://bun.sh",
  deno: "get it from https://deno.com",
  python: "get it from https://www.python.org",
  python3: "get it from https://www.python.org",
  pytest: "get it from https://docs.pytest.org",
  cargo: "get it from https://rustup.rs",
  mvn: "get it from https://maven.apache.org",
  gradle: "get it from https://gradle.org",
  make: "get it from your system's packages",
};

/** The key of the config by which something else does it. */
const keys: Readonly<Record<ToolPurpose, string>> = { built: "build", run: "run", tested: "test" };

/** There is no `tool` on PATH that a service is built, run or tested with; says how to get it, as far as that is known. */
export function toolMissing(tool: string, purpose: ToolPurpose): Failure {
  const message = `cannot be ${purpose}: there is no \`${tool}\` on PATH`;
  if (tool === "go") {
    const { hint } = toolchainMissing(new StatCache());
    const own = hint?.replace("with `build:` how it is built", `with \`${keys[purpose]}:\` how it is ${purpose}`);
    return { kind: "toolchain-missing", tool, message, ...(own !== undefined && { hint: own }) };
  }
  const whose = purpose === "run" ? "it gets" : `its ${purpose === "built" ? "build gets" : "tests get"}`;
  const hint =
    (Object.hasOwn(sources, tool) ? sources[tool] : undefined) ?? `install it, or correct the PATH that ${whose}`;
  return { kind: "toolchain-missing", tool, message, hint };
}

/** True for a tool that comes from elsewhere than from a project's own packages. */
export function isKnownTool(tool: string): boolean {
  return Object.hasOwn(sources, tool);
}

/** A shell's code for a program that is not there. */
export const notFoundCode = 127;

/** The program that a shell did not find, from what it says then; null where it does not say. */
export function programNotFound(output: string): string | null {
  // dash: `sh: 1: npm: not found`, bash: `sh: line 1: npm: command not found`, busybox: `sh: npm: not found`.
  const found = [...output.matchAll(/: ([\w./+-]+): (?:command )?not found$/gm)].at(-1);
  return found?.[1] ?? null;
}
