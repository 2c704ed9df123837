/** A crash: from SIGKILL of a service to the event at a client, and to the screen of the dashboard at 200×50. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../src/daemon/connect.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { median, percentile95 } from "./lib/median.ts";

const rounds = 20;
const services = Array.from({ length: 10 }, (_, i) => `  s${i}: {dir: ., run: "sleep 1000", restart: never}`);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n` });
try {
  fleet.run("start");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  const client = await connect(fleet.root, { version });
  if (client === null) throw new Error("there is no daemon");
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  const toEvent: number[] = [];
  const toScreen: number[] = [];
  const toBareExit: number[] = [];
  let onExit: ((unit: string) => void) | null = null;
  const subscription = client.subscribe((update) => {
    if (update.kind !== "events") return;
    for (const { event } of update.events) if (event.kind === "replicaExited") onExit?.(event.unit);
  });
  try {
    await terminal.when((text) => text.includes("10 ready"));
    for (let round = 0; round < rounds; round++) {
      const name = `s${round % 10}`;
      toBareExit.push(await bareExitMs());
      const snapshot = await client.snapshot();
      const state = snapshot.services.find((s) => s.name === name)?.replicas[0]?.state;
      if (state?.phase !== "ready") throw new Error(`${name} is ${state?.phase}`);
      const exited = new Promise<number>((resolve) => {
        onExit = (unit) => {
          if (unit === `${name}#1`) resolve(performance.now());
        };
      });
      const killedAt = performance.now();
      process.kill(state.pid, "SIGKILL");
      const shown = terminal.when((text) => new RegExp(`\\b${name} +.*(failed|SIGKILL)`).test(text));
      toEvent.push((await exited) - killedAt);
      toScreen.push((await shown) - killedAt);
      fleet.run("start", name);
      await terminal.when((text) => text.includes("10 ready"));
      await sleep(50);
    }
    const bare = median(toBareExit);
    const ratio = (values: number[]): string =>
      `${(median(values) / bare).toFixed(1)} times a bare parent's ${bare.toFixed(1)} ms`;
    const event = `${median(toEvent).toFixed(1)} ms (95 of 100 within ${percentile95(toEvent).toFixed(1)})`;
    const screen = `${median(toScreen).toFixed(1)} ms (95 of 100 within ${percentile95(toScreen).toFixed(1)})`;
    console.log(`crash: an event at a client after ${event}, ${ratio(toEvent)}`);
    console.log(`crash: on the screen after ${screen}, ${ratio(toScreen)}`);
  } finally {
    subscription.close();
    await client.close();
    terminal.kill();
  }
} finally {
  fleet.remove();
}

/** How long it takes a parent with nothing else to do to hear that its own child was killed. */
async function bareExitMs(): Promise<number> {
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  const exited = once(child, "exit");
  const killedAt = performance.now();
  child.kill("SIGKILL");
  await exited;
  return performance.now() - killedAt;
}
