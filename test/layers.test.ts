import { spawnSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { tempFleet } from "./helpers/temp-fleet.ts";

const checkout = resolve(import.meta.dirname, "..");

const upward = "style/noRestrictedImports";
const restricted = "nursery/noJsRestrictedProperties";

/** File, its one offending (or allowed) line, and the rule that must object; null where none may. */
const cases: [file: string, line: string, rule: string | null][] = [
  ["src/model/a.ts", 'import "../lib/z.ts";', upward],
  ["src/model/b.ts", 'import type { Z } from "../engine/z.ts";\nexport type B = Z;', upward],
  ["src/model/c.ts", 'import "./z.ts";', null],
  ["src/lib/a.ts", 'import "../model/z.ts";', upward],
  ["src/lib/b.ts", 'import "ink";', upward],
  ["src/config/a.ts", 'import "../engine/z.ts";', upward],
  ["src/config/deep/b.ts", 'import "../../daemon/z.ts";', upward],
  ["src/config/c.ts", 'import "../model/z.ts";\nimport "../lib/z.ts";', null],
  ["src/engine/a.ts", 'import "../daemon/z.ts";', upward],
  ["src/engine/b.ts", 'import "../ui/z.ts";', upward],
  ["src/engine/c.ts", 'import "../config/z.ts";', null],
  ["src/engine/d.ts", 'import "node:child_process";', upward],
  ["src/engine/e.ts", "process.kill(1);", restricted],
  ["src/engine/f.ts", 'export const f = () => import("../cli/z.ts");', upward],
  ["src/engine/process/a.ts", 'import "node:child_process";\nprocess.kill(1);', null],
  ["src/engine/process/b.ts", 'import "../../daemon/z.ts";', upward],
  ["src/engine/process/c.ts", "process.exit(1);", restricted],
  ["src/engine/drivers/a.ts", 'import "execa";', null],
  ["src/daemon/a.ts", 'import "../cli/z.ts";', upward],
  ["src/daemon/b.ts", 'import "execa";', upward],
  ["src/daemon/c.ts", 'import "../engine/z.ts";', null],
  ["src/daemon/d.ts", "process.exit(1);", restricted],
  ["src/daemon/daemon-main.ts", "process.exit(1);", null],
  ["src/daemon/launch-daemon.ts", 'import "node:child_process";', null],
  ["src/ui/a.tsx", 'import "ink";\nimport "react";\nimport "../model/z.ts";\nimport "../lib/z.ts";', null],
  ["src/ui/b.tsx", 'import "../engine/z.ts";', upward],
  ["src/ui/panes/c.tsx", 'import "../../config/z.ts";', upward],
  ["src/ui/d.tsx", 'import "../cli/z.ts";', upward],
  ["src/cli/a.ts", 'import "../engine/z.ts";\nimport "../ui/z.ts";', null],
  ["src/cli/b.ts", 'import "react";', upward],
  ["src/cli/c.ts", "process.exit(1);", restricted],
  ["src/cli/d.ts", 'import "../main.ts";', upward],
  ["src/cli/e.ts", 'import "./f.ts";', "suspicious/noImportCycles"],
  ["src/cli/f.ts", 'import "./e.ts";', "suspicious/noImportCycles"],
  ["src/cli/g.ts", 'export * from "./a.ts";', "performance/noBarrelFile"],
  ["src/cli/h.ts", "export const h: any = 1;", "suspicious/noExplicitAny"],
  ["src/main.ts", "process.exit(1);", null],
];

test("the linter keeps the layers: each forbidden import is named, and no allowed one is", () => {
  const files = Object.fromEntries(cases.map(([file, line]) => [file, `${line}\n`]));
  const fleet = tempFleet({ files: { ...files, ".gitignore": "node_modules/\n" } });
  for (const file of ["biome.json", "package.json"]) cpSync(`${checkout}/${file}`, fleet.path(file));
  symlinkSync(`${checkout}/node_modules`, fleet.path("node_modules"));
  const { stdout } = spawnSync(
    `${checkout}/node_modules/.bin/biome`,
    ["lint", "--reporter=github", "--max-diagnostics=none", "src"],
    { cwd: fleet.root, encoding: "utf8", env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" } },
  );
  const found = new Map<string, Set<string>>();
  for (const [, rule, file] of stdout.matchAll(/title=lint\/([\w/]+),file=(?:[^,]*\/)?(src\/[^,]+)/g)) {
    found.set(file as string, (found.get(file as string) ?? new Set()).add(rule as string));
  }
  const objections = cases.map(([file]) => [file, [...(found.get(file) ?? [])].join(" ")]);
  expect(objections).toEqual(cases.map(([file, , rule]) => [file, rule ?? ""]));
});
