import { writeSync } from "node:fs";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import { spawnProcess } from "../spawn-process.ts";
import type { ForkReply, ForkRequest } from "./protocol.ts";
import { SpawnTurns } from "./spawn-turns.ts";

/*
 * The fork server: a process that does nothing but start programs for the daemon and tell how they end. A fork copies
 * the page tables of whoever forks, and makes each of its pages cost a fault afterwards; this process stays as small as
 * it starts, however large the daemon grows. It ends when the daemon does, and leaves the programs running.
 */

const turns = new SpawnTurns();
let shared: Record<string, string> = Object.create(null);

let replies = "";

/** What is said in one turn is one write: each wakes the daemon, which wants the same cores as what is being started. */
function reply(message: ForkReply): void {
  if (replies === "") queueMicrotask(flush);
  replies += `${JSON.stringify(message)}\n`;
}

function flush(): void {
  const text = replies;
  replies = "";
  try {
    writeSync(1, text);
  } catch {
    // The daemon is gone, and nobody else wants to know.
    process.exit();
  }
}

function take(request: ForkRequest): void {
  if (request.kind === "share") {
    shared = Object.assign(Object.create(null), request.env);
    return;
  }
  const { id, isSharing, hidden, env: own, ...rest } = request;
  const env: Record<string, string | undefined> = Object.assign(Object.create(isSharing ? shared : null), own);
  for (const name of hidden) env[name] = undefined;
  void turns.take(() => {
    const result = spawnProcess({ ...rest, env });
    if (!result.ok) {
      reply({ kind: "failed", id, failure: result.failure });
      return;
    }
    const { child } = result;
    reply({ kind: "spawned", id, identity: child.identity });
    void child.exited.then((status) =>
      reply({ kind: "exited", pid: child.identity.pid, status, ticks: child.exitTicks ?? 0 }),
    );
  });
}

// Told to end is the daemon, and only its end is ours; a terminal's Ctrl-C and a signal to its group come here too.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
const splitter = new NdjsonSplitter();
process.stdin.on("data", (chunk: Buffer) => {
  for (const line of splitter.push(chunk)) take(JSON.parse(line) as ForkRequest);
});
process.stdin.once("end", () => process.exit());
process.stdin.once("error", () => process.exit());
