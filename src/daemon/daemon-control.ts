import { setTimeout as sleep } from "node:timers/promises";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { version } from "../lib/version.ts";
import { connect } from "./connect.ts";
import { readDaemonFile } from "./daemon-file.ts";
import { readBody, sendRequest } from "./wire-request.ts";

/** From the daemon's answer to the end of daemon.json, which it removes last but for the lock. */
const endLimitMs = 5000;

/**
 * Ends the fleet's daemon, of whatever version, and waits until it is gone. `stop` stops all services first; `release` leaves
 * them to the next daemon. False where none runs.
 */
export async function endDaemon(root: string, how: "stop" | "release"): Promise<boolean> {
  const client = await connect(root);
  // One that hangs is found out here, where there is a limit.
  const hello = await client?.hello();
  await client?.close();
  if (hello === undefined || hello === null) return false;
  const { pid } = hello;
  const response = await sendRequest({
    method: "POST",
    path: `/v1/daemon/${how}`,
    body: null,
    root,
    version,
    agent: false,
    // Stopping takes the services' own grace periods, which the engine limits.
    limitMs: null,
    isRepeatable: false,
    isVersionChecked: false,
  });
  const body = await readBody(response);
  if (response.statusCode !== 200) throw new Error(`the daemon answered ${response.statusCode}: ${body}`);

  const deadline = Date.now() + endLimitMs;
  while (readDaemonFile(root)?.pid === pid) {
    if (Date.now() > deadline) {
      throw new Abort(exitCodes.timeout, `the daemon (pid ${pid}) did not end within ${endLimitMs / 1000}s`);
    }
    await sleep(5);
  }
  return true;
}
