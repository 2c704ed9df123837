/** `npm run bench [-- NAME…]`: runs the programs in bench/, one after another, each of which prints its figure. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "./build.ts";

const folder = resolve(import.meta.dirname, "../bench");
const known = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exitCode = 2;
} else {
  await build();
  for (const name of wanted.length > 0 ? wanted : known) {
    console.log(`── ${name}`);
    const { status } = spawnSync(process.execPath, [resolve(folder, `${name}.ts`)], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
