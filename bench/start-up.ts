/**
 * Start-up: 10, 50 and 200 trivial services, from command to all ready, against a bare loop that spawns the same programs
 * and waits for the same condition. The daemon runs already, and Go programs are built. Pairs are run in turn, each from
 * a machine at rest; a figure is the median of its pairs' ratios. Arguments choose: `node`, `go`, numbers of services.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median } from "./lib/median.ts";

const pairs = 5;
const asked = process.argv.slice(2);
const numbers = asked.map(Number).filter(Number.isInteger);
const counts = numbers.length > 0 ? numbers : [10, 50, 200];
const nodeProgram = `
const server = require("node:net").createServer((s) => s.end());
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;
const goProgram = `package main

import (
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		os.Exit(1)
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}
`;

function nodeFleet(count: number): BenchFleet {
  const services = Array.from(
    { length: count },
    (_, i) => `  s${i}: {dir: ., run: "${process.execPath} listens.cjs", port: auto}`,
  );
  return new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n`, "listens.cjs": nodeProgram });
}

function goFleet(count: number): BenchFleet {
  const services = Array.from({ length: count }, (_, i) => `  s${i}: {dir: listens, port: auto}`);
  return new BenchFleet({
    "orchestra.yml": `services:\n${services.join("\n")}\n`,
    "go.mod": "module bench\n\ngo 1.19\n",
    "listens/main.go": goProgram,
  });
}

function measure(kind: string, count: number, fleet: BenchFleet, commandOf: (fleet: BenchFleet) => string[]): number {
  // Builds, starts the daemon and settles the ports; `stop` leaves the daemon there.
  fleet.run("start", "--wait-timeout", "300s");
  const { services } = JSON.parse(fleet.print("ps", "--json")) as { services: { replicas: { port: number }[] }[] };
  const [file, ...args] = commandOf(fleet);
  const programs = services.map((s, i) => ({
    file,
    args,
    cwd: fleet.root,
    port: s.replicas[0]?.port,
    log: join(fleet.root, `bare-${i}.log`),
  }));
  writeFileSync(join(fleet.root, "programs.json"), JSON.stringify(programs));
  fleet.run("stop");

  const ours: number[] = [];
  const bare: number[] = [];
  const measureOurs = (): void => {
    untilQuiet();
    ours.push(fleet.run("start", "--wait-timeout", "300s"));
    fleet.run("stop");
  };
  const measureBare = (): void => {
    untilQuiet();
    bare.push(runBare(fleet));
  };
  for (let pair = 0; pair < pairs; pair++) {
    // What comes second finds the machine as the first has left it.
    const [first, second] = pair % 2 === 0 ? [measureBare, measureOurs] : [measureOurs, measureBare];
    first();
    second();
  }
  const ratio = median(ours.map((ms, i) => ms / (bare[i] ?? Number.NaN)));
  const overheadMs = median(ours.map((ms, i) => ms - (bare[i] ?? Number.NaN)));
  const budget =
    kind === "go"
      ? `, ${((overheadMs / (40 + 1.5 * count)) * 100).toFixed(0)}% of its budget of 40 ms + 1.5 ms a service`
      : "";
  console.log(
    `${kind} ${String(count).padStart(3)}: ${ratio.toFixed(2)} times the bare loop (${median(ours).toFixed(0)} against ${median(bare).toFixed(0)} ms; ${overheadMs.toFixed(0)} ms over it${budget})`,
  );
  return median(ours) / count;
}

/** What has ended is still being cleared away for a while, by the kernel and by a hypervisor that takes its pages back. */
function untilQuiet(): void {
  const limit = performance.now() + 10_000;
  let [busyBefore, allBefore] = cpuTimes();
  while (performance.now() < limit) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    const [busy, all] = cpuTimes();
    const part = (busy - busyBefore) / (all - allBefore);
    if (part < 0.02) return;
    [busyBefore, allBefore] = [busy, all];
  }
}

/** Of all cores since boot, in ticks: busy, and in all. */
function cpuTimes(): [busy: number, all: number] {
  const times = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "").split(/ +/).slice(1, 9).map(Number);
  const all = times.reduce((sum, time) => sum + time, 0);
  return [all - (times[3] ?? 0) - (times[4] ?? 0), all];
}

function runBare(fleet: BenchFleet): number {
  const pidFile = join(fleet.root, "pids.json");
  const startedAt = performance.now();
  const loop = join(import.meta.dirname, "lib/bare-loop.ts");
  const { status, stderr } = spawnSync(process.execPath, [loop, join(fleet.root, "programs.json"), pidFile], {
    encoding: "utf8",
  });
  const tookMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(stderr);
  for (const pid of JSON.parse(readFileSync(pidFile, "utf8")) as number[]) process.kill(pid, "SIGKILL");
  const ports = (JSON.parse(readFileSync(join(fleet.root, "programs.json"), "utf8")) as { port: number }[]).map(
    (p) => p.port,
  );
  while (
    ports.some((port) =>
      readFileSync("/proc/net/tcp", "utf8").includes(
        `:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`,
      ),
    )
  );
  return tookMs;
}

const hasGo = spawnSync("go", ["version"]).status === 0;
for (const kind of ["node", "go"]) {
  if (kind === "go" && !hasGo) continue;
  if (["node", "go"].some((k) => asked.includes(k)) && !asked.includes(kind)) continue;
  const perService = new Map<number, number>();
  for (const count of counts) {
    const fleet = kind === "go" ? goFleet(count) : nodeFleet(count);
    try {
      const commandOf = (f: BenchFleet): string[] =>
        kind === "go"
          ? [
              spawnSync("sh", ["-c", "find .orchestra/bin -type f -perm -u+x | head -n 1"], {
                cwd: f.root,
                encoding: "utf8",
              }).stdout.trim(),
            ]
          : [process.execPath, "listens.cjs"];
      perService.set(count, measure(kind, count, fleet, commandOf));
    } finally {
      fleet.remove();
    }
  }
  const growth = (perService.get(200) ?? Number.NaN) / (perService.get(50) ?? Number.NaN);
  if (Number.isNaN(growth)) continue;
  console.log(`${kind}: a service costs ${growth.toFixed(2)} times as much among 200 as among 50`);
}
if (!hasGo) console.log("go: skipped, there is no go on PATH");
