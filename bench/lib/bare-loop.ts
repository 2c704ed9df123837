/**
 * The baseline of the start-up figure: spawns the same programs with the same plumbing (own group, output into a file),
 * and waits for the same condition (each port is listened on), with nothing else around it. Arguments: a JSON list of
 * `{ file, args, cwd, port, log }` in a file. Ends the programs once all are up; prints nothing.
 */
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Program {
  file: string;
  args: string[];
  cwd: string;
  port: number;
  log: string;
}

const [listFile, pidFile] = process.argv.slice(2) as [string, string];
const programs = JSON.parse(readFileSync(listFile, "utf8")) as Program[];
const pids: number[] = [];
for (const { file, args, cwd, port, log } of programs) {
  const output = openSync(log, "a");
  const child = spawn(file, args, {
    cwd,
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, PORT: String(port) },
  });
  if (child.pid !== undefined) pids.push(child.pid);
  child.unref();
}
const waiting = new Set(programs.map((p) => p.port));
const poll = async (): Promise<void> => {
  while (waiting.size > 0) {
    for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
      for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
        const [, local, , state] = line.trim().split(/\s+/);
        if (state === "0A") waiting.delete(Number.parseInt(local?.split(":")[1] ?? "", 16));
      }
    }
    if (waiting.size > 0) await sleep(5);
  }
};
await poll();
writeFileSync(pidFile, JSON.stringify(pids));
