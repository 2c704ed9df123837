import type { Command } from "../../src/model/command.ts";
import { type ChaosService, oneshot } from "./chaos-fleet.ts";
import type { SeededRandom } from "./seeded-random.ts";

/**
 * One thing that is done to the fleet. `at` in [0, 1) says which of those that are there is hit, since who will be there
 * is not known beforehand; so the choices of a seed are the same in each run of it.
 */
export type Step =
  | { kind: "command"; command: Command; isAwaited: boolean }
  /** Until so many things have happened: events of the engine, processes that came. No time is in it. */
  | { kind: "waitFor"; happenings: number }
  | { kind: "kill"; whom: "leader" | "descendant"; at: number }
  | { kind: "freeze"; at: number }
  | { kind: "thaw" }
  | { kind: "killDaemon" }
  /** As `orchestra daemon restart` does it. */
  | { kind: "releaseDaemon" }
  | { kind: "killForkServer" }
  | { kind: "fillDisk" }
  | { kind: "freeDisk" };

export interface PlanTerms {
  services: readonly ChaosService[];
  killsDaemons: boolean;
  killsForkServers: boolean;
  /** The fleet's folder is on a file system of its own that may be filled. */
  hasOwnDisk: boolean;
}

/** In this part of the rounds the daemon is killed (or, in a fifth of those, replaced), in that part the fork server, in that part the disk is full. */
const daemonKillPart = 0.5;
const forkServerKillPart = 0.15;
const fullDiskPart = 0.1;

/** What is done in one round, from chance alone. */
export function planRound(random: SeededRandom, terms: PlanTerms): Step[] {
  const steps: Step[] = [];
  const pause = (most: number): void => {
    if (random.chance(0.7)) steps.push({ kind: "waitFor", happenings: random.below(most) });
  };
  if (random.chance(0.6)) {
    steps.push({ kind: "command", command: startOf([oneshot]), isAwaited: random.chance(0.5) });
    pause(10);
  }
  const count = 2 + random.below(5);
  for (let i = 0; i < count; i++) {
    steps.push(anyStep(random, terms));
    pause(15);
  }
  if (random.chance(forkServerKillPart)) {
    const at = random.below(steps.length);
    if (terms.killsForkServers) steps.splice(at, 0, { kind: "killForkServer" });
  }
  if (terms.hasOwnDisk && random.chance(fullDiskPart)) return withFullDisk(random, steps);
  if (random.chance(daemonKillPart)) {
    const deadly = daemonDeath(random, terms);
    if (terms.killsDaemons) steps.splice(random.below(steps.length + 1), 0, ...deadly);
  }
  return steps;
}

/** A command that is under way when the daemon dies, and what happens before there is a new one. */
function daemonDeath(random: SeededRandom, { services }: PlanTerms): Step[] {
  const steps: Step[] = [];
  if (random.chance(0.8)) {
    steps.push({ kind: "command", command: anyCommand(random, services), isAwaited: random.chance(0.3) });
  }
  steps.push(
    { kind: "waitFor", happenings: random.below(8) },
    { kind: random.chance(0.2) ? "releaseDaemon" : "killDaemon" },
  );
  for (let i = random.below(4); i > 0; i--) {
    steps.push({ kind: "kill", whom: random.chance(0.6) ? "leader" : "descendant", at: random.next() });
  }
  if (random.chance(0.5)) steps.push({ kind: "waitFor", happenings: random.below(20) });
  return steps;
}

/** The disk is full for some of the steps. A daemon could not even start then, so none dies meanwhile. */
function withFullDisk(random: SeededRandom, steps: readonly Step[]): Step[] {
  const from = random.below(steps.length);
  const to = from + 1 + random.below(steps.length - from);
  return [
    ...steps.slice(0, from),
    { kind: "fillDisk" },
    { kind: "waitFor", happenings: random.below(20) },
    ...steps.slice(from, to),
    { kind: "waitFor", happenings: random.below(20) },
    { kind: "freeDisk" },
    ...steps.slice(to),
  ];
}

function anyStep(random: SeededRandom, { services }: PlanTerms): Step {
  switch (random.weighted({ command: 10, leader: 3, descendant: 2, freeze: 1, thaw: 1 })) {
    case "command":
      return { kind: "command", command: anyCommand(random, services), isAwaited: random.chance(0.6) };
    case "leader":
      return { kind: "kill", whom: "leader", at: random.next() };
    case "descendant":
      return { kind: "kill", whom: "descendant", at: random.next() };
    case "freeze":
      return { kind: "freeze", at: random.next() };
    case "thaw":
      return { kind: "thaw" };
  }
}

function anyCommand(random: SeededRandom, services: readonly ChaosService[]): Command {
  const ordinary = services.filter((s) => !s.isSpecial);
  const names = (): string[] => {
    const some = Array.from({ length: 1 + random.below(4) }, () => random.pick(ordinary));
    return [
      ...new Set(
        some.map(({ name, maxScale }) =>
          maxScale !== null && random.chance(0.3) ? `${name}#${1 + random.below(2)}` : name,
        ),
      ),
    ];
  };
  const select = { names: names(), except: [] };
  const scaled = random.pick(ordinary.filter((s) => s.maxScale !== null));
  switch (
    random.weighted({ start: 4, stop: 3, kill: 1, restart: 4, scale: 4, pause: 1, resume: 1, rebuild: 1, startAll: 1 })
  ) {
    case "start":
      return startOf(select.names);
    case "stop":
      return { kind: "stop", select };
    case "kill":
      return { kind: "kill", select };
    case "restart":
      return { kind: "restart", select, noDeps: false, overrides: {} };
    case "scale":
      return { kind: "scale", service: scaled.name, change: { to: random.below((scaled.maxScale ?? 0) + 1) } };
    case "pause":
      return { kind: "pause", select };
    case "resume":
      return { kind: "resume", select };
    case "rebuild":
      return { kind: "rebuild", select: { names: services.filter((s) => s.isBuilt).map((s) => s.name), except: [] } };
    case "startAll":
      return startOf([]);
  }
}

/** A start of these, or of all that start by themselves. */
export function startOf(names: string[]): Command {
  return { kind: "start", select: { names, except: [] }, noDeps: false, overrides: {} };
}

/** A step in a few words, for the timeline. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "command":
      return `${describeCommand(step.command)}${step.isAwaited ? "" : " (not awaited)"}`;
    case "waitFor":
      return `wait for ${step.happenings} happenings`;
    case "kill":
      return `SIGKILL a ${step.whom}`;
    case "freeze":
      return "SIGSTOP a process";
    case "thaw":
      return "SIGCONT what was stopped";
    case "killDaemon":
      return "SIGKILL the daemon";
    case "releaseDaemon":
      return "have the daemon let go";
    case "killForkServer":
      return "SIGKILL the fork server";
    case "fillDisk":
      return "fill the disk";
    case "freeDisk":
      return "free the disk";
  }
}

export function describeCommand(command: Command): string {
  if (command.kind === "scale") return `scale ${command.service} ${JSON.stringify(command.change)}`;
  return "select" in command ? `${command.kind} ${command.select.names.join(" ")}` : command.kind;
}
