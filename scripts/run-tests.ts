import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCounts } from "./test-counts.ts";

/**
 * Runs vitest with `args` and its output on this terminal. Where no test ran, or vitest itself failed, one has failed.
 * Told to end, it passes that on and waits: what the tests have started is ended by vitest and test/helpers/run-folder.ts.
 */
export async function runTests(args: string[]): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), "orchestra-counts-"));
  const file = join(folder, "counts.json");
  const vitest = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=./scripts/test-counts.ts", ...args],
    { stdio: "inherit", env: { ...process.env, TEST_COUNTS: file } },
  );
  const passOn = (signal: NodeJS.Signals): void => void vitest.kill(signal);
  // The terminal's Ctrl-C has reached vitest already.
  const ignore = (): void => {};
  process.on("SIGTERM", passOn).on("SIGHUP", passOn).on("SIGINT", ignore);
  try {
    const [status] = (await once(vitest, "exit")) as [number | null];
    const counts = readCounts(file);
    const hasFailedSilently = counts.failed === 0 && (status !== 0 || counts.passed === 0);
    return hasFailedSilently ? { ...counts, failed: 1 } : counts;
  } finally {
    process.off("SIGTERM", passOn).off("SIGHUP", passOn).off("SIGINT", ignore);
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
