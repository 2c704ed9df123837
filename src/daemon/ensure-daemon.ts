import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { connect } from "./connect.ts";
import { readDaemonFile } from "./daemon-file.ts";
import type { Launch, LaunchOptions } from "./launch-daemon.ts";
import { launchDaemon } from "./launch-daemon.ts";
import { paths } from "./paths.ts";
import type { RemoteClient } from "./remote-client.ts";
import { prepareSocketDir, socketPathOf } from "./socket-path.ts";
import { prepareStateDir } from "./state-dir.ts";

/** From the launch of a daemon to its first answer. */
const launchLimitMs = 10_000;

/** How much of what a daemon said before it died is shown. */
const lastLines = 15;

export interface EnsureDaemonOptions extends LaunchOptions {
  /** Of this program, unless a test says otherwise. */
  version?: string;
}

/**
 * The fleet's daemon, started where there is none. `started` is true where this call's process became the daemon; others
 * may be launching at the same time, and all of them get the one that won. Throws an Abort that says why there is none.
 */
export async function ensureDaemon(
  root: string,
  options: EnsureDaemonOptions,
): Promise<{ client: RemoteClient; started: boolean }> {
  const clientOptions = options.version === undefined ? {} : { version: options.version };
  const running = await answering(root, clientOptions);
  if (running !== null) return { client: running.client, started: false };

  // The daemon does this too; here the cause is known at once and without a process.
  prepareStateDir(root);
  prepareSocketDir(dirname(socketPathOf(root)));

  const deadline = Date.now() + launchLimitMs;
  let launch = launchDaemon(root, options);
  while (Date.now() < deadline) {
    const ended = launch.ended();
    if (ended !== null || readDaemonFile(root) !== null) {
      const found = await answering(root, clientOptions);
      if (found !== null) {
        const started = found.pid === launch.pid;
        if (!started) launch.cancel();
        return { client: found.client, started };
      }
    }
    // It saw another daemon, which ended before we could reach it.
    if (ended?.code === exitCodes.ok) launch = launchDaemon(root, options);
    else if (ended !== null) throw failed(root, launch, `the daemon did not start: ${ended.what}`);
    await sleep(5);
  }
  throw failed(root, launch, `the daemon (pid ${launch.pid}) does not listen after ${launchLimitMs / 1000}s`);
}

/** A daemon that was just killed may accept one more connection, and a fleet is not started by talking to that. */
async function answering(
  root: string,
  options: { version?: string },
): Promise<{ client: RemoteClient; pid: number } | null> {
  const client = await connect(root, options);
  if (client === null) return null;
  const hello = await client.hello();
  if (hello !== null) return { client, pid: hello.pid };
  await client.close();
  return null;
}

function failed(root: string, launch: Launch, what: string): Abort {
  const file = paths.daemonLog(root);
  const words = readFileSync(file).subarray(launch.logOffset).toString("utf8").trimEnd();
  const shown =
    words === ""
      ? ""
      : `\n${words
          .split("\n")
          .slice(-lastLines)
          .map((line) => `  ${line}`)
          .join("\n")}`;
  return new Abort(exitCodes.unreachable, `${what}${shown}`, `all of its messages: ${file}`);
}
