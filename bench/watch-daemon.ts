/**
 * The memory of a daemon with 50 services made of 10,000 files, half of them Go programs with shared packages, from its
 * start through a storm that changes 5,000 of the files within two seconds; and how often each service is built for it.
 */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../src/daemon/connect.ts";
import type { BuildState } from "../src/model/service-snapshot.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { fileBackedMb, forgetPeak, peakMb, residentMb } from "./lib/process-usage.ts";

const halfOfServices = 25;
const stormFiles = 5000;
const stormMs = 2000;
const mostMb = 140;
const limitMs = 300_000;

const files: string[] = [];
const fleet = new BenchFleet({
  "go.mod": "module storm\n\ngo 1.21\n",
  ".gitignore": "*.out\n",
  ".git/HEAD": "ref: refs/heads/main\n",
});

function fill(dir: string, count: number, extension: string, content: (i: number) => string): void {
  mkdirSync(join(fleet.root, dir), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = join(fleet.root, dir, `f${i}.${extension}`);
    writeFileSync(file, content(i));
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    files.push(file);
  }
}

function put(path: string, text: string): void {
  mkdirSync(join(fleet.root, path, ".."), { recursive: true });
  writeFileSync(join(fleet.root, path), text);
}

const goFile = (pkg: string) => (i: number) => `package ${pkg}\n\nconst C${i} = ${i}\n`;
for (let p = 0; p < 20; p++) fill(`shared/p${p}`, 25, "go", goFile(`p${p}`));
for (let s = 0; s < halfOfServices; s++) {
  const own = Array.from({ length: 5 }, (_, p) => `storm/go${s}/own${p}`);
  const shared = Array.from({ length: 20 }, (_, p) => `storm/shared/p${p}`);
  for (let p = 0; p < 5; p++) fill(`go${s}/own${p}`, 16, "go", goFile(`own${p}`));
  const imports = [...own, ...shared].map((path) => `\t_ "${path}"`).join("\n");
  put(
    `go${s}/main.go`,
    `package main\n\nimport (\n\t"time"\n\n${imports}\n)\n\nfunc main() { time.Sleep(time.Hour) }\n`,
  );
  put(`go${s}/service.yml`, "rerun: true\n");
  for (let d = 0; d < 10; d++) fill(`web${s}/d${d}`, 30, "js", (i) => `contents of ${i}\n`.repeat(20));
  put(`web${s}/service.yml`, "rerun: true\nbuild: cat d0/f0.js > program.out\nrun: sleep 3600\n");
}

try {
  fleet.run("start", "--rerun", "--wait-timeout", "10m");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  const client = await connect(fleet.root, { version });
  if (client === null) throw new Error("there is no daemon");
  const { daemon, services } = await client.snapshot();
  const peaks: { phase: string; mb: number }[] = [];
  /** A phase is over: the peak is that of this phase alone. */
  const show = (phase: string): void => {
    const [now, mb] = [residentMb(daemon.pid).toFixed(0), peakMb(daemon.pid)];
    peaks.push({ phase, mb });
    console.log(`watch-daemon: ${phase} the daemon held at most ${mb.toFixed(0)} MB, and holds ${now} MB`);
    forgetPeak(daemon.pid);
  };
  show(`while ${services.length} services started`);
  // All files are watched, and then read once.
  await sleep(25_000);
  show(`while ${files.length} files came to be watched, and were read,`);

  const builds = new Map<string, number>();
  const busy = new Set<string>();
  const note = (service: string, { status }: BuildState): void => {
    if (status === "queued" || status === "building" || status === "testing") busy.add(service);
    else if (busy.delete(service)) builds.set(service, (builds.get(service) ?? 0) + 1);
  };
  client.subscribe((update) => {
    // Whoever does not keep up is told how things are instead of what happened.
    if (update.kind === "snapshot") for (const { name, build } of update.snapshot.services) note(name, build);
    if (update.kind !== "events") return;
    for (const { event } of update.events) if (event.kind === "buildChanged") note(event.service, event.build);
  });
  const step = files.length / stormFiles;
  const chosen = Array.from({ length: stormFiles }, (_, i) => files[Math.floor(i * step)] ?? "");
  const stormAt = performance.now();
  for (const [i, file] of chosen.entries()) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, file.endsWith(".go") ? `${text}\nconst D${i} = ${i}\n` : `${text}changed ${i}\n`);
    const early = (i / chosen.length) * stormMs - (performance.now() - stormAt);
    if (early > 5 || i % 50 === 0) await sleep(Math.max(0, early));
  }
  const writtenMs = performance.now() - stormAt;
  while ((builds.size < services.length || busy.size > 0) && performance.now() - stormAt < limitMs) await sleep(250);
  const tookMs = performance.now() - stormAt;
  await sleep(3_000);
  const most = Math.max(0, ...builds.values());
  console.log(
    `watch-daemon: ${chosen.length} files written in ${(writtenMs / 1000).toFixed(1)} s: ${builds.size} of ${services.length} services built, ${most} time(s) at most, within ${(tookMs / 1000).toFixed(0)} s`,
  );
  show("in the storm");
  const [highest] = peaks.toSorted((a, b) => b.mb - a.mb);
  console.log(
    `watch-daemon: ${highest?.mb.toFixed(0)} MB at most, ${highest?.phase.replace(/,$/, "")}; ${((highest?.mb ?? Number.NaN) / mostMb).toFixed(2)} times what it may take (${mostMb} MB); ${fileBackedMb(daemon.pid).toFixed(0)} MB are the program and its libraries`,
  );
  await client.close();
} finally {
  fleet.remove();
}
