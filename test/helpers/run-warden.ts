/*
 * `node run-warden.ts FOLDER RUNNER`: sees to it that nothing outlives a test run, however that ends; see run-folder.ts. Its
 * standard input ends with the run. It then ends the docker engine that the tests had in common, and what is left of the
 * processes of FOLDER, but for children of RUNNER (a pid), prints each of these, and removes FOLDER.
 */
import { rmSync } from "node:fs";
import { endEngine } from "./docker/end-engine.ts";
import { endProcessesOf } from "./end-processes-of.ts";

const [folder, runner] = process.argv.slice(2);
if (folder === undefined || runner === undefined) throw new Error("usage: run-warden.ts FOLDER RUNNER");
process.stdout.on("error", () => {
  // Whoever ran the tests was killed, and hears nothing more.
});
for await (const _ of process.stdin);
await endEngine(folder);
const killed = await endProcessesOf(folder, Number(runner));
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
for (const { pid, command } of killed) console.log(`${pid} ${command}`);
