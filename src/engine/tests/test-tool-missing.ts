import type { Failure } from "../../model/failure.ts";
import { StatCache } from "../build/stat-cache.ts";
import { toolchainMissing } from "../build/toolchain-missing.ts";

/** Where the tools that tests are run with most often come from. */
const sources: Readonly<Record<string, string>> = {
  node: "https://nodejs.org",
  npm: "https://nodejs.org",
  npx: "https://nodejs.org",
  yarn: "https://yarnpkg.com",
  pnpm: "https://pnpm.io",
  bun: "https://bun.sh",
  deno: "https://deno.com",
  python: "https://www.python.org",
  python3: "https://www.python.org",
  pytest: "https://docs.pytest.org",
  cargo: "https://rustup.rs",
  mvn: "https://maven.apache.org",
  gradle: "https://gradle.org",
  make: "your system's packages",
};

/** There is no `tool` to run the tests with; says how to get it, as far as that is known. */
export function testToolMissing(tool: string): Failure {
  const message = `cannot be tested: there is no \`${tool}\` on PATH`;
  if (tool === "go") {
    const { hint } = toolchainMissing(new StatCache());
    const own = hint?.replace("with `build:` how it is built", "with `test:` how it is tested");
    return { kind: "toolchain-missing", tool, message, ...(own !== undefined && { hint: own }) };
  }
  const source = sources[tool];
  const hint = source === undefined ? "install it, or correct the PATH that its tests get" : `get it from ${source}`;
  return { kind: "toolchain-missing", tool, message, hint };
}

/** The program that a shell did not find, from what it says then; null where it does not say. */
export function programNotFound(output: string): string | null {
  // dash: `sh: 1: npm: not found`, bash: `sh: line 1: npm: command not found`, busybox: `sh: npm: not found`.
  const found = [...output.matchAll(/: ([\w./+-]+): (?:command )?not found$/gm)].at(-1);
  return found?.[1] ?? null;
}
