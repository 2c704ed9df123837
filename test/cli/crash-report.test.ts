import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeCrashReport } from "../../src/cli/crash-report.ts";

function folder(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-report-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("a report goes to the fleet's own folder and holds the command line and the stack", () => {
  const root = folder();
  mkdirSync(join(root, ".orchestra"));
  const file = writeCrashReport(new Error("boom"), ["start", "api"], root);
  expect(file?.startsWith(join(root, ".orchestra", "crash-"))).toBe(true);
  const text = readFileSync(file ?? "", "utf8");
  expect(text).toContain("orchestra start api");
  expect(text).toContain("Error: boom\n    at ");
});

test("where there is no such folder none is made: the report goes to the temp folder", () => {
  const root = folder();
  const file = writeCrashReport("no error at all", ["ps"], root);
  onTestFinished(() => rmSync(file ?? "", { force: true }));
  expect(file?.startsWith(join(tmpdir(), "orchestra-crash-"))).toBe(true);
  expect(existsSync(join(root, ".orchestra"))).toBe(false);
});
