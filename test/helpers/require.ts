import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe } from "vitest";

type Tool = "go" | "docker";

const probes: Record<Tool, [string, ...string[]]> = {
  go: ["go", "version"],
  // Not the machine's own engine, but that of the test run.
  docker: [process.execPath, join(import.meta.dirname, "docker/start-shared-engine.ts")],
};

const answers = new Map<Tool, boolean>();

/** True where `tool` works on this machine. Where ORCHESTRA_REQUIRE lists it and it does not work, that is an error. */
function requireTool(tool: Tool): boolean {
  const known = answers.get(tool);
  if (known !== undefined) return known;
  const [file, ...args] = probes[tool];
  const { status, stderr } = spawnSync(file, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 60_000 });
  const works = status === 0;
  const required = (process.env.ORCHESTRA_REQUIRE ?? "").split(",").map((name) => name.trim());
  if (!works && required.includes(tool)) {
    throw new Error(
      `ORCHESTRA_REQUIRE asks for ${tool}, but \`${probes[tool].join(" ")}\` does not work here\n${stderr}`,
    );
  }
  answers.set(tool, works);
  return works;
}

/** True while the tests of a suite are gathered that is skipped. */
let isSkipping = false;

/** A `describe` whose tests need `tool`: where it is missing they are skipped, and the title says so. */
export function describeWith(tool: Tool, title: string, body: () => void): void {
  // A skipped suite within another one is never heard of again: the outer one skips it.
  if (isSkipping || requireTool(tool)) {
    describe(title, body);
    return;
  }
  describe.skip(`${title} (skipped: there is no ${tool} here)`, () => {
    isSkipping = true;
    body();
    isSkipping = false;
  });
}
