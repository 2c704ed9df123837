/*
 * Run as the first process of a pid namespace of its own, where it may choose which pid is given out next: ends a
 * program that is held and on record, starts another with the same pid, and prints what the engine makes of it.
 * Arguments: a folder, and what the other program is in besides its pid: `stranger` or `look-alike`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HeldProcess, matchesIdentity, readProcLink } from "../../../src/engine/process/identity.ts";
import { pauseGroup } from "../../../src/engine/process/pause-group.ts";
import { type SpawnedProcess, spawnProcess } from "../../../src/engine/process/spawn-process.ts";
import { Terminator } from "../../../src/engine/process/terminator.ts";

const [folder = "", likeness = ""] = process.argv.slice(2);
const markers = { fleet: "scene", service: "api", replica: 1, generation: 1 };
const output = join(folder, "output");
const env = {
  PATH: process.env.PATH,
  ORCHESTRA_FLEET: "scene",
  ORCHESTRA_SERVICE: "api",
  ORCHESTRA_REPLICA: "1",
  ORCHESTRA_GENERATION: "1",
};
const script = `for s in TERM INT HUP CONT; do trap "echo $s" $s; done; echo started; while :; do sleep 0.01; done`;

execFileSync("mkfifo", [join(folder, "fifo")]);

async function start(environment: Record<string, string | undefined>, line: string): Promise<SpawnedProcess> {
  writeFileSync(output, "");
  const request = { file: "/bin/sh", args: ["-c", line], cwd: folder, stdout: output, stderr: output };
  const result = spawnProcess({ ...request, env: environment });
  if (!result.ok) throw new Error(result.failure.message);
  while (!readFileSync(output, "utf8").includes("started")) await sleep(5);
  return result.child;
}

// Without a child: nobody would reap it here, and a zombie in its group would keep the number.
const first = await start(env, "echo started; while :; do read x < fifo; done");
const { pid } = first.identity;
const held = HeldProcess.hold(first.identity);
const wasAlive = held?.isAlive();
const executable = readProcLink(pid, "exe");
process.kill(-pid, "SIGKILL");
await first.exited;
// The system hands pids out in a circle: none comes again at once.
await sleep(1_500);
writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
const second = await start({ PATH: process.env.PATH }, script);
const evidence = likeness === "look-alike" ? { markers, executable, cwd: folder } : { markers };
const leader = { identity: first.identity, child: null, held };
const terminate = (leaderHeld: HeldProcess | null): Promise<{ survivors: number[] }> =>
  new Terminator().terminate({
    ...leader,
    held: leaderHeld,
    markers,
    ports: [],
    signal: "SIGTERM",
    graceMs: 100,
    detachedChildren: "stop",
  }).done;
const report = {
  isSamePid: second.identity.pid === pid,
  wasAlive,
  isHeldAlive: held?.isAlive(),
  isAgainAlive: held?.isAlive(),
  canBeHeld: HeldProcess.hold(first.identity) !== null,
  matches: matchesIdentity(first.identity, evidence),
  paused: pauseGroup(leader),
  survivors: [...(await terminate(held)).survivors, ...(await terminate(null)).survivors],
  lives: second.exit === null,
  printed: readFileSync(output, "utf8").trim().split("\n"),
};
process.kill(-second.identity.pid, "SIGKILL");
await second.exited;
process.stdout.write(JSON.stringify(report));
