import { realpathSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../engine/engine.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { version } from "../lib/version.ts";
import { runDaemon } from "./run-daemon.ts";

/*
 * The daemon's entry: `node daemon.js --root <fleet's root>`, started by launch-daemon.ts in a
 * session of its own. It is a main program of its own, so it may end the process: a released engine leaves handles of
 * living services behind, which would keep the event loop going.
 */
const { values } = parseArgs({ options: { root: { type: "string" } } });
if (values.root === undefined) {
  console.error("usage: daemon --root <path>");
  process.exit(exitCodes.usage);
}
const forkServer = join(import.meta.dirname, "fork-server.js");
process.exit(
  await runDaemon({
    root: realpathSync(values.root),
    version,
    openEngine: (options) => Engine.open({ ...options, forkServer }),
  }),
);
