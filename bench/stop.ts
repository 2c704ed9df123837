/**
 * Stop of 50 replicas that behave: from the command to the event that the last one is stopped (all of its processes
 * gone), against the slowest one's own shutdown, which each measures itself: from its stop signal to its last line.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../src/daemon/connect.ts";
import type { RemoteClient } from "../src/daemon/remote-client.ts";
import type { Command } from "../src/model/command.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median } from "./lib/median.ts";

const rounds = 5;
const services = 5;
const scale = 10;
const shutdownMs = 300;
/** Takes a while to shut down, as what finishes its requests does, and has a child of its own. */
const program = `#!/bin/sh
sleep 1000 &
trap 'at=$(date +%s%N); sleep ${shutdownMs / 1000}; echo $at $(date +%s%N) > times/$ORCHESTRA_SERVICE.$ORCHESTRA_REPLICA; exit 0' TERM
while :; do wait; done
`;
const list = Array.from({ length: services }, (_, i) => `  s${i}: {dir: ., run: "sh behaves.sh", scale: ${scale}}`);
const fleet = new BenchFleet({
  "orchestra.yml": `services:\n${list.join("\n")}\n`,
  "behaves.sh": program,
  "times/.keep": "",
});
try {
  fleet.run("start");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  const client = await connect(fleet.root, { version });
  if (client === null) throw new Error("there is no daemon");
  const took: number[] = [];
  const own: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      if (round > 0) fleet.run("start");
      took.push(await stopMs(client));
      own.push(slowestOwnMs());
    }
  } finally {
    await client.close();
  }
  const allowed = own.map((ms) => ms * 1.2 + 100);
  const ratio = median(took.map((ms, i) => ms / (own[i] ?? Number.NaN)));
  const within = took.filter((ms, i) => ms <= (allowed[i] ?? 0)).length;
  console.log(
    `stop: ${services * scale} replicas in ${median(took).toFixed(0)} ms, ${ratio.toFixed(2)} times the slowest one's own ${median(own).toFixed(0)} ms; within 1.2 times + 100 ms in ${within} of ${rounds} rounds`,
  );
} finally {
  fleet.remove();
}

/** From the command to the last event. */
function stopMs(client: RemoteClient): Promise<number> {
  return new Promise((resolve, reject) => {
    const running = new Set<string>();
    let sentAt: number | null = null;
    const subscription = client.subscribe((update) => {
      if (update.kind === "snapshot" && sentAt === null) {
        for (const { id } of update.snapshot.services.flatMap((service) => service.replicas)) running.add(id);
        sentAt = performance.now();
        const command: Command = { kind: "stop", select: { names: [], except: [] } };
        client.send({ command, origin: "cli", callerEnv: null, lease: null, commandId: randomUUID() }).catch(reject);
      }
      if (update.kind !== "events") return;
      for (const { event } of update.events) {
        if (event.kind === "replicaChanged" && event.replica.state.phase === "stopped")
          running.delete(event.replica.id);
      }
      if (running.size > 0 || sentAt === null) return;
      subscription.close();
      resolve(performance.now() - sentAt);
    });
  });
}

function slowestOwnMs(): number {
  let slowest = 0;
  for (let service = 0; service < services; service++) {
    for (let replica = 1; replica <= scale; replica++) {
      const [from, to] = readFileSync(join(fleet.root, `times/s${service}.${replica}`), "utf8")
        .trim()
        .split(" ");
      slowest = Math.max(slowest, (Number(to) - Number(from)) / 1e6);
    }
  }
  return slowest;
}
