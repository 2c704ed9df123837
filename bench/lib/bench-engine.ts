import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Engine } from "../../src/engine/engine.ts";
import type { Command } from "../../src/model/command.ts";
import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import { applyEvent, type FleetSnapshot } from "../../src/model/snapshot.ts";

/** An engine on the fleet at `root` in this very process, so that neither a command nor a daemon is part of a figure. */
export async function openBenchEngine(root: string, dockerHost: string): Promise<Engine> {
  mkdirSync(join(root, ".orchestra"), { recursive: true, mode: 0o700 });
  return await Engine.open({
    root,
    stateDir: join(root, ".orchestra"),
    version: "bench",
    log: console.error,
    forkServer: resolve(import.meta.dirname, "../../dist/fork-server.js"),
    dockerHost,
  });
}

/** Starts or stops the whole fleet; throws where that is refused. */
export async function command(engine: Engine, kind: "start" | "stop"): Promise<void> {
  const select = { names: [], except: [] };
  const order: Command = kind === "stop" ? { kind, select } : { kind, select, noDeps: false, overrides: {} };
  const reply = await engine.send({
    command: order,
    origin: "cli",
    callerEnv: { PATH: process.env.PATH ?? "" },
    lease: null,
    commandId: `${kind}-${performance.now()}`,
  });
  if (!reply.ok) throw new Error(reply.error.message);
}

/** Resolves with the moment (of `performance.now`) at which all replicas first met the condition. */
export function whenAll(
  engine: Engine,
  condition: (replica: ReplicaSnapshot) => boolean,
  limitMs = 30_000,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let snapshot: FleetSnapshot | null = null;
    const end = (): void => {
      clearTimeout(timer);
      queueMicrotask(() => subscription.close());
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`still not so: ${JSON.stringify(replicas().map(({ id, state }) => [id, state]))}`));
    }, limitMs);
    const replicas = (): ReplicaSnapshot[] => snapshot?.services.flatMap((s) => s.replicas) ?? [];
    const subscription = engine.subscribe((update) => {
      if (update.kind === "snapshot") snapshot = update.snapshot;
      if (update.kind === "events")
        for (const event of update.events) snapshot = snapshot && applyEvent(snapshot, event);
      const now = performance.now();
      if (replicas().length === 0 || !replicas().every(condition)) return;
      end();
      resolve(now);
    });
  });
}
