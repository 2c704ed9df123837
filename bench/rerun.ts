/**
 * Saving a file of a Go service: until the new process serves, against `go build` and a start of the same program by
 * hand, and until the dashboard says that it builds.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../src/daemon/connect.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { median, percentile95 } from "./lib/median.ts";

const rounds = Number(process.argv[2] ?? 12);
/** What the service's config waits for more; see `watch.debounce`. */
const coalescingMs = 200;
const handPort = 29_771;

const fleet = new BenchFleet({});
cpSync(join(import.meta.dirname, "../fixtures/fleets/shop"), fleet.root, { recursive: true });
// Only one service is started, and what it is measured by is not to depend on vendors.
fleet.env.DOCKER_HOST = `unix://${join(fleet.root, "no-docker.sock")}`;
let edits = 0;

/** A change that makes another program; of one file after the other, since a service that rewrites its own is stopped. */
function edit(): number {
  edits++;
  const file = join(fleet.root, `catalog/round${edits % 3}.go`);
  writeFileSync(file, `package main\n\nfunc init() { println("round ${edits}") }\n`);
  return performance.now();
}

/** Resolves when the port answers 200. */
async function serving(port: number): Promise<number> {
  for (;;) {
    const isUp = await new Promise<boolean>((resolve) => {
      get({ host: "127.0.0.1", port, path: "/healthz", agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on("error", () => resolve(false));
    });
    if (isUp) return performance.now();
    await sleep(2);
  }
}

async function byHand(): Promise<number> {
  const startedAt = edit();
  const program = join(fleet.root, ".by-hand");
  const built = spawnSync("go", ["build", "-buildvcs=false", "-o", program, "."], { cwd: join(fleet.root, "catalog") });
  if (built.status !== 0) throw new Error(String(built.stderr));
  const child = spawn(program, [], {
    cwd: join(fleet.root, "catalog"),
    env: { ...process.env, PORT: String(handPort) },
    stdio: "ignore",
  });
  const tookMs = (await serving(handPort)) - startedAt;
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  return tookMs;
}

try {
  fleet.run("start", "catalog", "--rerun", "--wait-timeout", "2m");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  const client = await connect(fleet.root, { version });
  if (client === null) throw new Error("there is no daemon");
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  let onReady: (generation: number, port: number) => void = () => {};
  client.subscribe((update) => {
    if (update.kind !== "events") return;
    for (const { event } of update.events) {
      if (event.kind !== "replicaChanged" || event.replica.id !== "catalog#1" || event.replica.state.phase !== "ready")
        continue;
      onReady(event.replica.generation, Object.values(event.replica.ports)[0] ?? 0);
    }
  });
  await terminal.when((text) => text.includes("1 ready"));
  await sleep(1_500);
  const [ours, hand, shown]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    const ready = new Promise<number>((resolve) => {
      onReady = (_generation, port) => void serving(port).then(resolve);
    });
    const savedAt = edit();
    const onScreen = terminal.when((text) => /catalog +.*building/.test(text)).then(() => performance.now());
    const screenMs = (await onScreen) - savedAt;
    const oursMs = (await ready) - savedAt - coalescingMs;
    await terminal.when((text) => /catalog +ready/.test(text));
    // What was recorded of the build is on disk, and the machine is at rest.
    await sleep(1_000);
    const handMs = await byHand();
    // The daemon takes the edit by hand up as well.
    await new Promise<void>((resolve) => {
      onReady = () => resolve();
    });
    await sleep(1_000);
    if (round === 0) continue;
    ours.push(oursMs);
    hand.push(handMs);
    shown.push(screenMs);
  }
  const over = ours.map((ms, i) => ms - (hand[i] ?? Number.NaN));
  console.log(
    `rerun: the new process serves ${median(ours).toFixed(0)} ms after the save (and the ${coalescingMs} ms of coalescing), ${(median(ours) / median(hand)).toFixed(2)} times what go build and a start by hand take (${median(hand).toFixed(0)} ms); ${median(over).toFixed(0)} ms more, 95 of 100 within ${percentile95(over).toFixed(0)} (60)`,
  );
  console.log(
    `rerun: the dashboard says building after ${median(shown).toFixed(0)} ms, 95 of 100 within ${percentile95(shown).toFixed(0)} (100)`,
  );
  terminal.kill();
  await client.close();
} finally {
  fleet.remove();
}
