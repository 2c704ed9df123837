/**
 * `npm run check`: all that has to be true of a commit. Every step runs even where one before it failed, and the last
 * line counts each step like a test.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { build } from "./build.ts";
import { runTests } from "./run-tests.ts";
import { describeCounts, type TestCounts } from "./test-counts.ts";

const total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
const failedSteps: string[] = [];

function note(step: string, hasPassed: boolean): void {
  total[hasPassed ? "passed" : "failed"] += 1;
  if (!hasPassed) failedSteps.push(step);
}

function run(step: string, file: string, args: string[]): void {
  console.log(`\n── ${step}`);
  note(step, spawnSync(file, args, { stdio: "inherit" }).status === 0);
}

/** The built program starts, knows its version and its verbs, and tells a mistake from a bug. */
function smoke(): void {
  console.log("\n── smoke of the built program");
  const ask = (...args: string[]) =>
    spawnSync(resolve("bin", "orchestra"), args, { encoding: "utf8", timeout: 20_000 });
  const version = ask("--version");
  note("orchestra --version", version.status === 0 && version.stdout.trim() === process.env.npm_package_version);
  // A warning on stderr would end up in the middle of the dashboard.
  const dashboard = spawnSync(process.execPath, ["--eval", 'import("./dist/dashboard.js")'], { encoding: "utf8" });
  note("the dashboard loads without a word", dashboard.status === 0 && dashboard.stderr + dashboard.stdout === "");
  note("orchestra --help", ask("--help").stdout.includes("start"));
  note("a mistake exits with 2", ask("no-such-verb").status === 2);
}

const bin = "node_modules/.bin";
run("format, lint and layers", `${bin}/biome`, ["ci", "--error-on-warnings"]);
run("types", `${bin}/tsc`, ["-p", "."]);
run("unused code and dependencies", `${bin}/knip`, []);
console.log("\n── build");
const isBuilt = await build({ force: true }).then(
  () => true,
  () => false,
);
note("build", isBuilt);
if (isBuilt) {
  smoke();
  console.log("\n── tests");
  const tests = await runTests(process.argv.slice(2));
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += tests[key];
}
if (failedSteps.length > 0) console.log(`\nfailed: ${failedSteps.join(", ")}`);
console.log(describeCounts(total));
process.exitCode = total.failed === 0 ? 0 : 1;
