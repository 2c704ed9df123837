import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../lib/clock.ts";
import type { CliContext, Daemons, Interrupt } from "./cli-context.ts";
import { createOutput } from "./output/output.ts";

/** The world of this very process. */
export function processContext(): CliContext {
  const env = Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined));
  return {
    cwd: process.cwd(),
    env,
    stdout: createOutput(process.stdout, env),
    stderr: createOutput(process.stderr, env),
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true && env.TERM !== "dumb",
    clock: systemClock,
    daemons,
    onInterrupt(listener) {
      const signals: Interrupt[] = ["SIGINT", "SIGTERM", "SIGHUP"];
      const onSignal = (signal: NodeJS.Signals): void => listener(signal as Interrupt);
      for (const signal of signals) process.on(signal, onSignal);
      return () => {
        for (const signal of signals) process.off(signal, onSignal);
      };
    },
    onReaderGone(listener) {
      process.stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "EPIPE") listener();
      });
    },
    exitCode: 0,
  };
}

const daemons: Daemons = {
  async connect(root) {
    const { connect } = await import("../daemon/connect.ts");
    return await connect(root);
  },
  async ensure(root) {
    const { ensureDaemon } = await import("../daemon/ensure-daemon.ts");
    return await ensureDaemon(root, { daemonEntry: daemonEntry(), nodePath: process.execPath, env: process.env });
  },
  async waitUntilGone(root, limitMs) {
    const { connect } = await import("../daemon/connect.ts");
    const { readDaemonFile } = await import("../daemon/daemon-file.ts");
    const deadline = Date.now() + limitMs;
    for (;;) {
      const client = readDaemonFile(root) === null ? await connect(root) : null;
      if (readDaemonFile(root) === null && client === null) return true;
      await client?.close();
      if (Date.now() >= deadline) return false;
      await sleep(5);
    }
  },
};

/** Beside the bundle that this is a part of; from source, the daemon's own. */
function daemonEntry(): string {
  const self = import.meta.filename;
  return self.endsWith(".ts")
    ? join(dirname(self), "..", "daemon", "daemon-main.ts")
    : join(dirname(self), "daemon.js");
}
