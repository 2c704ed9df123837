import { closeSync, writeSync } from "node:fs";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import { spawnProcess } from "../spawn-process.ts";
import { removeExitFile, writeExitFile } from "./exit-file.ts";
import { holderTitle } from "./holder-title.ts";
import type { ForkReply, ForkRequest } from "./protocol.ts";
import { SpawnTurns } from "./spawn-turns.ts";

/*
 * The fork server: a process that does nothing but start programs for the daemon and tell how they end. A fork copies
 * the page tables of whoever forks, and makes each of its pages cost a fault afterwards; this process stays as small as
 * it starts, however large the daemon grows. It ends when the daemon does, and leaves the programs running.
 *
 * It is also the holder of oneshots: only a parent sees how a process ends, so it stays until the last of them has ended,
 * and writes down how. From the daemon's death on it starts nothing any more, not even what it was asked for before:
 * the next daemon must not meet a process that is only about to be.
 */

const daemon = process.ppid;
const turns = new SpawnTurns();
let shared: Record<string, string> = Object.create(null);

/** Oneshots that run. */
let heldCount = 0;
/** Exit files of oneshots that are to be started. */
const awaited = new Set<string>();
let isLeaving = false;

let replies = "";

/** What is said in one turn is one write: each wakes the daemon, which wants the same cores as what is being started. */
function reply(message: ForkReply): void {
  if (replies === "") queueMicrotask(flush);
  replies += `${JSON.stringify(message)}\n`;
}

function flush(): void {
  const text = replies;
  replies = "";
  if (isLeaving) return;
  try {
    writeSync(1, text);
  } catch {
    // The daemon is gone, and nobody else wants to know.
    leave();
  }
}

/** The daemon is gone, or has let go: nothing is started any more, and what was not is not on record. */
function leave(): void {
  if (isLeaving) return;
  isLeaving = true;
  for (const file of awaited) removeExitFile(file);
  if (heldCount === 0) process.exit();
  process.title = holderTitle;
  closeSync(1);
}

function take(request: ForkRequest): void {
  if (request.kind === "share") {
    shared = Object.assign(Object.create(null), request.env);
    return;
  }
  const { id, isSharing, hidden, env: own, exitFile, ...rest } = request;
  const env: Record<string, string | undefined> = Object.assign(Object.create(isSharing ? shared : null), own);
  for (const name of hidden) env[name] = undefined;
  if (exitFile !== null) awaited.add(exitFile);
  void turns.take(() => {
    if (process.ppid !== daemon) leave();
    if (isLeaving) return;
    const result = spawnProcess({ ...rest, env });
    if (exitFile !== null) awaited.delete(exitFile);
    if (!result.ok) {
      if (exitFile !== null) removeExitFile(exitFile);
      reply({ kind: "failed", id, failure: result.failure });
      return;
    }
    const { child } = result;
    reply({ kind: "spawned", id, identity: child.identity });
    if (exitFile !== null) heldCount++;
    void child.exited.then((status) => {
      if (exitFile !== null) {
        writeExitFile(exitFile, status);
        heldCount--;
      }
      reply({ kind: "exited", pid: child.identity.pid, status, ticks: child.exitTicks ?? 0 });
      if (isLeaving && heldCount === 0) process.exit();
    });
  });
}

// Told to end is the daemon, and only its end is ours; a terminal's Ctrl-C and a signal to its group come here too.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
const splitter = new NdjsonSplitter();
process.stdin.on("data", (chunk: Buffer) => {
  for (const line of splitter.push(chunk)) take(JSON.parse(line) as ForkRequest);
});
process.stdin.once("end", leave);
process.stdin.once("error", leave);
