import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCounts } from "./test-counts.ts";

/** Runs vitest with `args` and its output on this terminal. Where no test ran, or vitest itself failed, one has failed. */
export function runTests(args: string[]): TestCounts {
  const folder = mkdtempSync(join(tmpdir(), "orchestra-counts-"));
  const file = join(folder, "counts.json");
  try {
    const { status } = spawnSync(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=./scripts/test-counts.ts", ...args],
      { stdio: "inherit", env: { ...process.env, TEST_COUNTS: file } },
    );
    const counts = readCounts(file);
    const hasFailedSilently = counts.failed === 0 && (status !== 0 || counts.passed === 0);
    return hasFailedSilently ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readCounts(file: string): TestCounts {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TestCounts;
  } catch {
    console.error("vitest ended before it had counted its tests");
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
