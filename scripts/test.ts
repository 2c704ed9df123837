/** `npm test`: builds if need be, runs the tests, and ends with the line that says how many passed. */
import { build } from "./build.ts";
import { runTests } from "./run-tests.ts";
import { describeCounts } from "./test-counts.ts";

const isBuilt = await build().then(
  () => true,
  () => false,
);
const counts = isBuilt ? await runTests(process.argv.slice(2)) : { passed: 0, failed: 1, skipped: 0 };
console.log(describeCounts(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
