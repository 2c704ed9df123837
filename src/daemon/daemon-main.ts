import { realpathSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../engine/engine.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { version } from "../lib/version.ts";
import { runDaemon } from "./run-daemon.ts";

/*
 * The daemon's entry: `node daemon.js --root <fleet's root>`, started by launch-daemon.ts in a
 * session of its own, or with `--after-a-death` by the watchdog of a daemon that was killed. It is a main program of its
 * own, so it may end the process: a released engine leaves handles of living services behind, which would keep the event
 * loop going.
 */
const { values } = parseArgs({ options: { root: { type: "string" }, "after-a-death": { type: "boolean" } } });
const isAfterDeath = values["after-a-death"] === true;
if (values.root === undefined) {
  console.error("usage: daemon --root <path>");
  process.exit(exitCodes.usage);
}
process.exit(
  await runDaemon({
    root: realpathSync(values.root),
    version,
    openEngine: (options) => Engine.open({ ...options, forkServer: forkServerEntry(), endsWhenIdle: isAfterDeath }),
    isAfterDeath,
    launch: { daemonEntry: process.argv[1] ?? import.meta.filename, nodePath: process.execPath },
  }),
);

/** Beside the bundle that this is a part of; from source, the fork server's own. */
function forkServerEntry(): string {
  const { filename, dirname } = import.meta;
  return filename.endsWith(".ts")
    ? join(dirname, "../engine/process/fork-server/fork-server-main.ts")
    : join(dirname, "fork-server.js");
}
