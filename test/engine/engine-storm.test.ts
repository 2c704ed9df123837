import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Command } from "../../src/model/command.ts";
import { pidOf } from "../../src/model/replica.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";

// web → api → db     log
const dependencies: Record<string, string[]> = { web: ["api", "db"], api: ["db"], db: [], log: [] };
const names = Object.keys(dependencies);
const rough = "supervise: {threshold: 100000}";
const config = `
services:
  web: {dir: ., run: ${program("listens.mjs")}, port: auto, scale: 2, depends_on: [api], ${rough}}
  api: {dir: ., run: ${program("slow-to-stop.mjs")}, port: auto, env: {STOP_MS: "50"}, depends_on: [db], ${rough}}
  db: {dir: ., run: ${program("never-binds.sh")}, ready: {log: started}, ${rough}}
  log: {dir: ., run: ${program("ignores-sigterm.mjs")}, ready: {log: ready}, stop: {grace: 100ms}, ${rough}}
`;

/** What is asked of a service, kept by rules as simple as the words that a user would use for them. */
interface Asked {
  isRunning: boolean;
  scale: number;
  stopped: Set<number>;
}

class Model {
  readonly asked = new Map<string, Asked>(
    names.map((name) => [name, { isRunning: false, scale: name === "web" ? 2 : 1, stopped: new Set() }]),
  );

  of(name: string): Asked {
    const asked = this.asked.get(name);
    if (asked === undefined) throw new Error(name);
    return asked;
  }

  start(name: string): void {
    this.#startDependencies(name);
    Object.assign(this.of(name), { isRunning: true, stopped: new Set() });
  }

  startOne(name: string, index: number): void {
    this.#startDependencies(name);
    const asked = this.of(name);
    if (!asked.isRunning) asked.stopped = new Set(Array.from({ length: asked.scale }, (_, i) => i + 1));
    asked.isRunning = true;
    asked.stopped.delete(index);
  }

  stop(name: string): void {
    Object.assign(this.of(name), { isRunning: false, stopped: new Set() });
  }

  /** What each replica has to come to. Who lacks a dependency waits, unless it was up before. */
  expected(): Map<string, RegExp> {
    const phases = new Map<string, RegExp>();
    for (const [name, { isRunning, scale, stopped }] of this.asked) {
      const mayWait = (dependencies[name] ?? []).some((dependency) => !this.#isWhole(dependency));
      for (let index = 1; index <= scale; index++) {
        const runs = isRunning && !stopped.has(index);
        phases.set(`${name}#${index}`, runs ? (mayWait ? /^(ready|waiting)$/ : /^ready$/) : /^stopped$/);
      }
    }
    return phases;
  }

  #startDependencies(name: string): void {
    for (const dependency of dependencies[name] ?? []) {
      const asked = this.of(dependency);
      if (!asked.isRunning) Object.assign(asked, { isRunning: true, stopped: new Set() });
    }
  }

  #isWhole(name: string): boolean {
    const { isRunning, scale, stopped } = this.of(name);
    return isRunning && ![...stopped].some((index) => index <= scale);
  }
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** It may end by itself at any moment. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

describe("two hundred commands, as fast as they go", () => {
  test.each([1, 2, 3])(
    "end in the state that was asked for last, with no process too many (seed %i)",
    async (seed) => {
      const random = seeded(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      const fleet = await TestEngine.open(config);
      const model = new Model();
      const replies: Promise<{ ok: boolean }>[] = [];
      const send = (command: Command): void => {
        replies.push(fleet.send(command));
      };
      const select = (name: string): { names: string[]; except: string[] } => ({ names: [name], except: [] });
      for (let i = 0; i < 200; i++) {
        const name = names[below(names.length)] ?? "web";
        const { scale } = model.of(name);
        const index = 1 + below(scale);
        switch (below(9)) {
          case 0:
          case 1:
            send({ kind: "start", select: select(name), noDeps: false, overrides: {} });
            model.start(name);
            break;
          case 2:
            send({ kind: "stop", select: select(name) });
            model.stop(name);
            break;
          case 3:
            send({ kind: "kill", select: select(name) });
            model.stop(name);
            break;
          case 4:
            send({ kind: "restart", select: select(name), noDeps: false, overrides: {} });
            model.start(name);
            break;
          case 5: {
            const to = 1 + below(3);
            send({ kind: "scale", service: name, change: { to } });
            model.of(name).scale = to;
            break;
          }
          case 6:
            send({ kind: "stop", select: select(`${name}#${index}`) });
            model.of(name).stopped.add(index);
            break;
          case 7:
            send({ kind: "start", select: select(`${name}#${index}`), noDeps: false, overrides: {} });
            model.startOne(name, index);
            break;
          case 8: {
            const replica = fleet.findReplica(`${name}#${index}`);
            const pid = replica === undefined ? null : pidOf(replica.state);
            if (pid !== null && fleet.processes().includes(pid)) killIfThere(pid);
            break;
          }
        }
        // Mostly one right after the other; now and then the engine gets a moment to begin.
        if (below(4) === 0) await new Promise((resolve) => setTimeout(resolve, below(40)));
      }
      expect((await Promise.all(replies)).filter((reply) => !reply.ok)).toEqual([]);

      const expected = model.expected();
      const told = [...expected].map(([unit, phase]) => `${unit} ${phase.source}`).join(", ");
      await fleet.until(`what was asked for last: ${told}`, () => {
        const replicas = fleet.snapshot.services.flatMap((s) => s.replicas);
        return (
          replicas.length === expected.size && replicas.every((r) => expected.get(r.id)?.test(r.state.phase) === true)
        );
      });
      const pids = [...expected.keys()].flatMap((unit) => pidOf(fleet.replica(unit).state) ?? []);
      expect(fleet.processes().sort()).toEqual(pids.sort());
      const { asked } = model;
      expect(fleet.snapshot.services.map((s) => [s.name, s.wanted === "running", s.scale])).toEqual(
        fleet.snapshot.services.map((s) => [s.name, asked.get(s.name)?.isRunning, asked.get(s.name)?.scale]),
      );
      await fleet.down();
      expect(JSON.parse(readFileSync(fleet.path(".orchestra/state.json"), "utf8"))).toMatchObject({
        wanted: {},
        units: {},
      });
    },
    60_000,
  );
});
