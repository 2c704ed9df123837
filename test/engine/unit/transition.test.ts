import { describe, expect, test } from "vitest";
import { transition } from "../../../src/engine/unit/transition.ts";
import {
  type Effect,
  type Gate,
  type Moment,
  newUnit,
  type Unit,
  type UnitEvent,
} from "../../../src/engine/unit/unit.ts";
import type { Cause } from "../../../src/model/cause.ts";
import type { Blocker, UnitState } from "../../../src/model/replica.ts";

const user: Cause = { kind: "user", verb: "start", origin: "cli" };
const build: Cause = { kind: "build", what: "built" };
const open: Gate = { kind: "open" };
const blockers: Blocker[] = [{ kind: "dependency", name: "db", condition: "ready", now: "starting" }];
const closed: Gate = { kind: "closed", blockers };

function moment(
  change: Partial<Omit<Moment, "policy" | "gate">> & { policy?: Partial<Moment["policy"]>; gate?: Gate } = {},
): Moment {
  return {
    now: 1_000,
    random: 0,
    isShuttingDown: false,
    ...change,
    gate: () => change.gate ?? open,
    policy: {
      restart: "always",
      oneshot: false,
      graceMs: 10_000,
      supervise: {
        threshold: 5,
        decayMs: 30_000,
        backoffMinMs: 1_000,
        backoffMaxMs: 30_000,
        stableMs: 30_000,
        maxFailures: null,
      },
      ...change.policy,
    },
  };
}

function unitIn(state: UnitState, change: Partial<Unit> = {}): Unit {
  return { ...newUnit(3, user), state, ...change };
}

const starting: UnitState = { phase: "starting", pid: 42 };
const forking: UnitState = { phase: "starting", pid: null };
const ready: UnitState = { phase: "ready", pid: 42 };
const failure = { kind: "exited", code: 1, message: "exit 1" } as const;
const unready: UnitState = { phase: "unready", pid: 42, failure };
const paused: UnitState = { phase: "paused", pid: 42 };
const backoff: UnitState = { phase: "backoff", retryAt: 9_000, failure };
const waiting: UnitState = { phase: "waiting", blockers };
function stopping(
  next: "rest" | "start" | "policy",
  change: Partial<Extract<UnitState, { phase: "stopping" }>> = {},
): UnitState {
  return { phase: "stopping", pid: 42, exit: null, killAt: 11_000, next, ...change };
}

const exit = (code: number): UnitEvent => ({ kind: "exited", generation: 3, status: { kind: "code", code } });
const gone: UnitEvent = { kind: "gone", generation: 3, survivors: [] };
const start: UnitEvent = { kind: "startRequested", cause: user };
const stop: UnitEvent = { kind: "stopRequested", cause: user, kill: false };
const kill: UnitEvent = { kind: "stopRequested", cause: user, kill: true };
const restart: UnitEvent = { kind: "restartRequested", cause: user };
const pause: UnitEvent = { kind: "pauseRequested", cause: user };
const resume: UnitEvent = { kind: "resumeRequested", cause: user };
const dead: UnitEvent = { kind: "livenessFailed", generation: 3, probe: "liveness GET /livez", detail: "timed out" };
const pass: UnitEvent = { kind: "readinessChanged", generation: 3, passing: true, probe: "tcp", detail: "" };
const fall: UnitEvent = { kind: "readinessChanged", generation: 3, passing: false, probe: "tcp", detail: "refused" };

function names(effects: Effect[]): string {
  return effects.map((e) => e.kind).join(" ");
}

describe("each row: a unit, an event, the phase and the effects that follow", () => {
  const rows: [string, UnitState, UnitEvent, string, string, Moment?][] = [
    ["a start with an open gate spawns", { phase: "stopped" }, start, "starting", "cancelTimers spawn"],
    [
      "a start with a closed gate waits",
      { phase: "stopped" },
      start,
      "waiting",
      "cancelTimers",
      moment({ gate: closed }),
    ],
    [
      "a start whose build failed fails",
      { phase: "stopped" },
      start,
      "failed",
      "cancelTimers",
      moment({ gate: { kind: "failed", failure } }),
    ],
    ["a start of what runs changes nothing", ready, start, "ready", ""],
    ["a start during backoff starts at once", backoff, start, "starting", "cancelTimers spawn"],
    ["a start while stopping starts again afterwards", stopping("rest"), start, "stopping", ""],
    ["the gate opens", waiting, { kind: "gateChanged", cause: build }, "starting", "spawn"],
    ["the gate stays closed", waiting, { kind: "gateChanged", cause: build }, "waiting", "", moment({ gate: closed })],
    ["a gate event while running changes nothing", ready, { kind: "gateChanged", cause: build }, "ready", ""],
    ["a stop while waiting is a stop at once", waiting, stop, "stopped", "cancelTimers"],
    ["a stop during backoff is a stop at once", backoff, stop, "stopped", "cancelTimers"],
    ["a stop of what runs ends its tree", ready, stop, "stopping", "stopWatching cancelTimers terminate"],
    ["a stop before the fork is done waits for its outcome", forking, stop, "stopping", "stopWatching cancelTimers"],
    [
      "the fork that comes after a stop is ended",
      stopping("rest", { pid: null }),
      { kind: "spawned", generation: 3, pid: 42 },
      "stopping",
      "terminate",
    ],
    ["a kill skips the grace period", ready, kill, "stopping", "stopWatching cancelTimers terminate kill"],
    ["a kill while stopping skips what is left of it", stopping("rest"), kill, "stopping", "kill"],
    ["a second stop sends no second signal", stopping("rest"), stop, "stopping", ""],
    ["a restart of what runs ends it first", ready, restart, "stopping", "stopWatching cancelTimers terminate"],
    ["a restart of what is stopped starts it", { phase: "stopped" }, restart, "starting", "cancelTimers spawn"],
    ["a restart during backoff does not wait", backoff, restart, "starting", "cancelTimers spawn"],
    ["the fork is done", forking, { kind: "spawned", generation: 3, pid: 42 }, "starting", "watchReadiness"],
    [
      "a missing binary fails at once",
      forking,
      {
        kind: "spawnFailed",
        generation: 3,
        failure: { kind: "spawn-failed", file: "x", errno: "ENOENT", message: "" },
      },
      "failed",
      "",
    ],
    [
      "an unwritable log is tried again",
      forking,
      {
        kind: "spawnFailed",
        generation: 3,
        failure: { kind: "log-unwritable", file: "x", errno: "ENOSPC", message: "" },
      },
      "backoff",
      "wakeAfterBackoff",
    ],
    [
      "a fork that fails after a stop is a stop",
      stopping("rest", { pid: null }),
      {
        kind: "spawnFailed",
        generation: 3,
        failure: { kind: "spawn-failed", file: "x", errno: "ENOENT", message: "" },
      },
      "stopped",
      "",
    ],
    ["a probe passes", starting, pass, "ready", "wakeWhenStable watchLiveness"],
    ["a probe passes again", ready, pass, "ready", ""],
    ["a probe falls", ready, fall, "unready", "cancelTimers"],
    ["a probe recovers", unready, pass, "ready", "wakeWhenStable watchLiveness"],
    ["a probe that fails at first leaves the phase", starting, fall, "starting", ""],
    ["a late probe answer while stopping is dropped", stopping("rest"), pass, "stopping", ""],
    ["an exit sweeps what the leader left", ready, exit(1), "stopping", "stopWatching cancelTimers terminate"],
    ["an exit before ready does the same", starting, exit(1), "stopping", "stopWatching cancelTimers terminate"],
    [
      "all gone after a crash backs off",
      stopping("policy", { exit: { kind: "code", code: 1 } }),
      gone,
      "backoff",
      "wakeAfterBackoff",
    ],
    ["all gone after a stop rests", stopping("rest"), gone, "stopped", ""],
    ["all gone after a restart starts", stopping("start"), gone, "starting", "spawn"],
    [
      "all gone after a restart waits where the gate closed",
      stopping("start"),
      gone,
      "waiting",
      "",
      moment({ gate: closed }),
    ],
    [
      "nothing restarts during shutdown",
      stopping("policy", { exit: { kind: "code", code: 1 } }),
      gone,
      "stopped",
      "",
      moment({ isShuttingDown: true }),
    ],
    ["nothing starts during shutdown", stopping("start"), gone, "stopped", "", moment({ isShuttingDown: true })],
    [
      "a clean end under always counts as a failure",
      stopping("policy", { exit: { kind: "code", code: 0 } }),
      gone,
      "backoff",
      "wakeAfterBackoff",
    ],
    [
      "a clean end under on-failure completes",
      stopping("policy", { exit: { kind: "code", code: 0 } }),
      gone,
      "completed",
      "",
      moment({ policy: { restart: "on-failure" } }),
    ],
    [
      "a clean end of a oneshot completes",
      stopping("policy", { exit: { kind: "code", code: 0 } }),
      gone,
      "completed",
      "",
      moment({ policy: { oneshot: true } }),
    ],
    [
      "a crash under never fails",
      stopping("policy", { exit: { kind: "signal", signal: "SIGSEGV" } }),
      gone,
      "failed",
      "",
      moment({ policy: { restart: "never" } }),
    ],
    ["an unknown end is a failure", stopping("policy"), gone, "backoff", "wakeAfterBackoff"],
    ["survivors of SIGKILL are said", stopping("rest"), { kind: "gone", generation: 3, survivors: [7] }, "failed", ""],
    ["the backoff ends", backoff, { kind: "backoffEnded", generation: 3 }, "starting", "spawn"],
    [
      "the backoff ends before a closed gate",
      backoff,
      { kind: "backoffEnded", generation: 3 },
      "waiting",
      "",
      moment({ gate: closed }),
    ],
    ["a backoff timer that comes late is dropped", ready, { kind: "backoffEnded", generation: 3 }, "ready", ""],
    [
      "an adopted process is watched",
      { phase: "stopped" },
      { kind: "adopted", generation: 9, pid: 7, isPaused: false, hasBeenReady: false, cause: user },
      "starting",
      "watchReadiness",
    ],
    [
      "an adopted process that was ready is checked for being live at once",
      { phase: "stopped" },
      { kind: "adopted", generation: 9, pid: 7, isPaused: false, hasBeenReady: true, cause: user },
      "starting",
      "watchReadiness watchLiveness",
    ],
    [
      "a stray that is adopted takes the place of a restart that was waited for",
      backoff,
      { kind: "adopted", generation: 9, pid: 7, isPaused: false, hasBeenReady: false, cause: user },
      "starting",
      "cancelTimers watchReadiness",
    ],
    [
      "an adopted process that stands still is paused",
      { phase: "stopped" },
      { kind: "adopted", generation: 9, pid: 7, isPaused: true, hasBeenReady: true, cause: user },
      "paused",
      "",
    ],
    [
      "a lost process is judged by policy",
      { phase: "stopped" },
      { kind: "lost", generation: 9, status: { kind: "unknown" }, cause: user },
      "backoff",
      "wakeAfterBackoff",
    ],
    [
      "a lost oneshot whose end nobody saw is not run again by policy",
      { phase: "stopped" },
      { kind: "lost", generation: 9, status: { kind: "unknown" }, cause: user },
      "failed",
      "",
      moment({ policy: { oneshot: true, restart: "on-failure" } }),
    ],
    [
      "a lost oneshot that is known to have failed is judged by policy",
      { phase: "stopped" },
      { kind: "lost", generation: 9, status: { kind: "code", code: 3 }, cause: user },
      "backoff",
      "wakeAfterBackoff",
      moment({ policy: { oneshot: true, restart: "on-failure" } }),
    ],
    [
      "a lost oneshot that ended well has completed",
      { phase: "stopped" },
      { kind: "lost", generation: 9, status: { kind: "code", code: 0 }, cause: user },
      "completed",
      "",
      moment({ policy: { oneshot: true } }),
    ],
    ["a failed unit starts again when asked", { phase: "failed", failure }, start, "starting", "cancelTimers spawn"],
    ["a completed unit starts again when asked", { phase: "completed" }, start, "starting", "cancelTimers spawn"],

    ["a pause of what is ready", ready, pause, "paused", "stopWatching cancelTimers pause"],
    ["a pause of what is on its way up", starting, pause, "paused", "stopWatching cancelTimers pause"],
    ["a pause of what is unready", unready, pause, "paused", "stopWatching cancelTimers pause"],
    ["a second pause sends no second signal", paused, pause, "paused", ""],
    ["a pause of what is stopped changes nothing", { phase: "stopped" }, pause, "stopped", ""],
    ["a pause during backoff changes nothing", backoff, pause, "backoff", ""],
    ["a pause while waiting changes nothing", waiting, pause, "waiting", ""],
    ["a pause while stopping changes nothing", stopping("start"), pause, "stopping", ""],
    ["a resume finds out anew whether it is ready", paused, resume, "starting", "resume watchReadiness"],
    ["a resume of what runs changes nothing", ready, resume, "ready", ""],
    ["a resume of what is starting changes nothing", starting, resume, "starting", ""],
    ["a resume of what is stopped changes nothing", { phase: "stopped" }, resume, "stopped", ""],
    ["a start of what is paused lets it go on", paused, start, "starting", "resume watchReadiness"],
    ["a stop of what is paused ends its tree", paused, stop, "stopping", "stopWatching cancelTimers terminate"],
    ["a kill of what is paused ends it at once", paused, kill, "stopping", "stopWatching cancelTimers terminate kill"],
    ["a restart of what is paused ends it first", paused, restart, "stopping", "stopWatching cancelTimers terminate"],
    ["an exit while paused is an exit", paused, exit(1), "stopping", "stopWatching cancelTimers terminate"],
    ["a late probe answer while paused is dropped", paused, pass, "paused", ""],
    ["a late failure of a probe while paused is dropped", paused, fall, "paused", ""],
    ["a late liveness failure while paused is dropped", paused, dead, "paused", ""],
    ["a stable spell does not end while paused", paused, { kind: "settled", generation: 3 }, "paused", ""],
    ["a closed gate does not concern what is paused", paused, { kind: "gateChanged", cause: build }, "paused", ""],
    ["a pause that is denied", paused, { kind: "pauseDenied", generation: 3 }, "starting", "watchReadiness"],
    [
      "a denial that comes after a stop is dropped",
      stopping("rest"),
      { kind: "pauseDenied", generation: 3 },
      "stopping",
      "",
    ],

    ["a liveness failure ends what is ready", ready, dead, "stopping", "stopWatching cancelTimers terminate"],
    ["a liveness failure ends what is unready", unready, dead, "stopping", "stopWatching cancelTimers terminate"],
    ["a liveness failure while stopping is dropped", stopping("rest"), dead, "stopping", ""],
    ["a liveness failure during backoff is dropped", backoff, dead, "backoff", ""],
  ];
  test.each(rows)("%s", (_title, state, event, phase, effects, at = moment()) => {
    const step = transition(unitIn(state), event, at);
    expect(`${step.unit.state.phase}: ${names(step.effects)}`).toBe(`${phase}: ${effects}`);
  });
});

describe("events of another generation are dropped at the door", () => {
  const events: UnitEvent[] = [
    { kind: "spawned", generation: 2, pid: 9 },
    { kind: "exited", generation: 2, status: { kind: "code", code: 1 } },
    { kind: "gone", generation: 2, survivors: [] },
    { kind: "readinessChanged", generation: 2, passing: true, probe: "", detail: "" },
    { kind: "backoffEnded", generation: 2 },
    { kind: "settled", generation: 2 },
    { kind: "livenessFailed", generation: 2, probe: "", detail: "" },
    { kind: "pauseDenied", generation: 2 },
    { kind: "spawnFailed", generation: 2, failure },
  ];
  for (const state of [starting, ready, unready, paused, backoff, stopping("policy"), waiting]) {
    test.each(events)(`${state.phase}, $kind`, (event) => {
      const unit = unitIn(state);
      expect(transition(unit, event, moment()).unit).toBe(unit);
    });
  }
});

test("a crash during backoff does not start a second process", () => {
  const unit = unitIn(backoff);
  expect(transition(unit, exit(1), moment()).effects).toEqual([]);
});

test("a stop after a restart wins: the unit rests when it is gone", () => {
  let unit = transition(unitIn(ready), restart, moment()).unit;
  unit = transition(unit, stop, moment()).unit;
  expect(transition(unit, gone, moment()).unit.state.phase).toBe("stopped");
});

test("a restart after a stop wins in turn", () => {
  let unit = transition(unitIn(ready), stop, moment()).unit;
  unit = transition(unit, restart, moment()).unit;
  expect(transition(unit, gone, moment()).unit.state.phase).toBe("starting");
});

test("each start is a new generation", () => {
  const first = transition(unitIn({ phase: "stopped" }), start, moment());
  expect(first.unit.generation).toBe(4);
  expect(first.effects).toContainEqual({ kind: "spawn", generation: 4 });
});

test("a policy restart counts, a person's start forgives", () => {
  const restarted = transition(unitIn(backoff, { restarts: 2 }), { kind: "backoffEnded", generation: 3 }, moment());
  expect(restarted.unit.restarts).toBe(3);
  const started = transition(unitIn(backoff, { restarts: 2, failure }), start, moment());
  expect(started.unit).toMatchObject({ restarts: 0, failure: null, count: { failures: 0, total: 0 } });
});

test("a stable spell forgets what went wrong", () => {
  const unit = unitIn(ready, { failure, count: { failures: 4, lastAt: 0, trips: 2, total: 4 } });
  expect(transition(unit, { kind: "settled", generation: 3 }, moment()).unit).toMatchObject({
    failure: null,
    count: { trips: 0 },
  });
});

test("giving up names how often and why", () => {
  const policy = { supervise: { ...moment().policy.supervise, maxFailures: 1 } };
  const step = transition(unitIn(stopping("policy", { exit: { kind: "code", code: 7 } })), gone, moment({ policy }));
  expect(step.unit.state).toMatchObject({ phase: "failed", failure: { kind: "gave-up", last: { code: 7 } } });
});

/** The unit after these events, and the kinds of all effects on the way. */
function following(unit: Unit, events: UnitEvent[], at = moment()): { unit: Unit; effects: string } {
  const effects: Effect[] = [];
  for (const event of events) {
    const step = transition(unit, event, at);
    unit = step.unit;
    effects.push(...step.effects);
  }
  return { unit, effects: names(effects) };
}

describe("a pause", () => {
  const spawned: UnitEvent = { kind: "spawned", generation: 3, pid: 42 };
  const asked: Cause = { kind: "user", verb: "pause", origin: "cli" };
  const byUser: UnitEvent = { kind: "pauseRequested", cause: asked };

  test("that comes before the fork is done follows it, with its own cause", () => {
    const { unit, effects } = following(unitIn(forking), [byUser, byUser, spawned]);
    expect(unit).toMatchObject({ state: { phase: "paused", pid: 42 }, cause: asked });
    expect(effects).toBe("stopWatching cancelTimers pause");
  });

  test.each<[string, UnitEvent]>([
    ["a resume", resume],
    ["a start", start],
  ])("that comes before the fork is done is taken back by %s", (_, event) => {
    const { unit, effects } = following(unitIn(forking), [byUser, event, spawned]);
    expect(unit.state.phase).toBe("starting");
    expect(effects).toBe("watchReadiness");
  });

  test("that comes before the fork is done is forgotten by a stop", () => {
    const { unit, effects } = following(unitIn(forking), [byUser, stop, spawned, gone, start]);
    expect(effects).toBe("stopWatching cancelTimers terminate cancelTimers spawn");
    expect(following(unit, [{ ...spawned, generation: 4 } as UnitEvent]).unit.state.phase).toBe("starting");
  });

  test("of a fork that fails does not pause the next one", () => {
    const failed: UnitEvent = { kind: "spawnFailed", generation: 3, failure };
    const again: UnitEvent = { kind: "backoffEnded", generation: 3 };
    const { unit } = following(unitIn(forking), [byUser, failed, again, { ...spawned, generation: 4 } as UnitEvent]);
    expect(unit.state).toEqual({ phase: "starting", pid: 42 });
  });

  test("is over once what was paused has crashed: the next generation runs", () => {
    const again: UnitEvent = { kind: "backoffEnded", generation: 3 };
    const { unit } = following(unitIn(ready), [
      pause,
      exit(1),
      gone,
      again,
      { ...spawned, generation: 4 } as UnitEvent,
    ]);
    expect(unit).toMatchObject({ generation: 4, restarts: 1, state: { phase: "starting", pid: 42 } });
  });

  test("and a stop: the stop wins, and a resume that comes later revives nothing", () => {
    expect(following(unitIn(ready), [pause, stop, resume, gone, resume]).unit.state.phase).toBe("stopped");
  });

  test("keeps what went wrong before, and the way back to ready forgets it where it is mended", () => {
    const { unit } = following(unitIn(ready), [fall, pause]);
    expect(unit.failure).toMatchObject({ kind: "probe-failed" });
    expect(following(unit, [resume, pass]).unit.failure).toBeNull();
  });
});

describe("liveness", () => {
  test("is checked from the first time that a generation is ready, and once", () => {
    expect(following(unitIn(starting), [pass, fall, pass, fall, pass]).effects.match(/watchLiveness/g)).toHaveLength(1);
  });

  test("is not checked while paused, and is again after a resume", () => {
    const { unit, effects } = following(unitIn(starting), [pass, pause, resume]);
    expect(effects).toMatch(/watchLiveness stopWatching cancelTimers pause resume watchReadiness watchLiveness$/);
    expect(following(unit, [pass]).effects).toBe("wakeWhenStable");
    expect(following(unit, [dead]).unit.state.phase).toBe("stopping");
  });

  test("is checked again where the system did not allow the pause", () => {
    const { effects } = following(unitIn(starting), [pass, pause, { kind: "pauseDenied", generation: 3 }]);
    expect(effects).toMatch(/watchReadiness watchLiveness$/);
  });

  test("is not checked after the resume of what was never ready", () => {
    expect(following(unitIn(starting), [pause, resume]).effects).not.toContain("watchLiveness");
  });

  test("begins anew with the next generation", () => {
    const { unit } = following(unitIn(starting), [pass, restart, gone]);
    expect(unit.hasBeenReady).toBe(false);
    expect(following(unit, [{ ...pass, generation: 4 } as UnitEvent]).effects).toBe("");
  });

  test.each<[string, UnitEvent[]]>([
    ["ends by the stop signal", [{ kind: "exited", generation: 3, status: { kind: "signal", signal: "SIGTERM" } }]],
    ["ends cleanly when told to", [exit(0)]],
    ["is gone before its end is told", []],
  ])("that failed counts as a failure, whether what hung %s", (_, ending) => {
    for (const restart of ["always", "on-failure"] as const) {
      const at = moment({ policy: { restart } });
      const { unit } = following(unitIn(ready), [dead, ...ending, gone], at);
      expect(unit.state).toMatchObject({ phase: "backoff" });
      expect(unit.failure).toEqual({
        kind: "probe-failed",
        probe: "liveness GET /livez",
        detail: "timed out",
        message: "liveness GET /livez: timed out",
      });
      expect(unit.cause).toEqual({ kind: "probe", probe: "liveness GET /livez", detail: "timed out" });
    }
  });

  test("that failed is not restarted under never", () => {
    const { unit } = following(unitIn(ready), [dead, exit(0), gone], moment({ policy: { restart: "never" } }));
    expect(unit.state).toMatchObject({ phase: "failed", failure: { kind: "probe-failed" } });
  });

  test("that failed is counted towards giving up", () => {
    const policy = { supervise: { ...moment().policy.supervise, maxFailures: 1 } };
    const { unit } = following(unitIn(ready), [dead, gone], moment({ policy }));
    expect(unit.state).toMatchObject({ phase: "failed", failure: { kind: "gave-up", last: { kind: "probe-failed" } } });
  });

  test("that failed is remembered by the next generation until a stable spell", () => {
    const spawned: UnitEvent = { kind: "spawned", generation: 4, pid: 43 };
    const again: UnitEvent = { kind: "backoffEnded", generation: 3 };
    const { unit } = following(unitIn(ready), [dead, gone, again, spawned, { ...pass, generation: 4 } as UnitEvent]);
    expect(unit).toMatchObject({ state: { phase: "ready" }, failure: { kind: "probe-failed" }, fault: null });
    expect(following(unit, [{ kind: "settled", generation: 4 }]).unit.failure).toBeNull();
  });

  test("a stop while what hung is ended wins", () => {
    expect(following(unitIn(ready), [dead, stop, exit(0), gone]).unit.state.phase).toBe("stopped");
  });

  test("a restart while what hung is ended is no failure", () => {
    const { unit } = following(unitIn(ready), [dead, restart, exit(0), gone]);
    expect(unit).toMatchObject({ state: { phase: "starting" }, failure: null, fault: null });
  });

  test("a crash that was told first is judged by its exit", () => {
    const { unit } = following(unitIn(ready), [exit(7), dead, gone]);
    expect(unit.failure).toMatchObject({ kind: "exited", code: 7 });
  });

  test("nothing restarts during shutdown", () => {
    expect(following(unitIn(ready), [dead, gone], moment({ isShuttingDown: true })).unit.state.phase).toBe("stopped");
  });
});

/** Random events against the invariants that no table can list: two processes at once, and a stop that is not obeyed. */
test("no order of events ever makes two processes of one unit", () => {
  let seed = 1;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  for (let run = 0; run < 300; run++) {
    let unit = newUnit(0, user);
    /** Generations whose fork was asked for and whose tree is not confirmed gone. */
    const alive = new Set<number>();
    const forked = new Set<number>();
    const dying = new Set<number>();
    for (let step = 0; step < 60; step++) {
      const generation = unit.generation;
      const choices: UnitEvent[] = [start, stop, kill, restart, pause, resume, { kind: "gateChanged", cause: build }];
      if (alive.has(generation) && !forked.has(generation)) {
        choices.push({ kind: "spawned", generation, pid: 1 }, { kind: "spawnFailed", generation, failure });
      }
      if (forked.has(generation))
        for (const event of [exit(1), pass, dead]) choices.push({ ...event, generation } as UnitEvent);
      if (dying.has(generation)) choices.push({ kind: "gone", generation, survivors: [] });
      if (unit.state.phase === "backoff") choices.push({ kind: "backoffEnded", generation });
      const event = choices[random(choices.length)] as UnitEvent;
      if (event.kind === "spawned") forked.add(generation);
      if (event.kind === "spawnFailed" || event.kind === "gone") alive.delete(generation);
      const next = transition(unit, event, moment({ gate: random(3) === 0 ? closed : open }));
      for (const effect of next.effects) {
        if (effect.kind === "pause" || effect.kind === "resume") expect(forked).toContain(effect.generation);
        if (effect.kind === "terminate") dying.add(effect.generation);
        if (effect.kind === "spawn") {
          expect(alive.size).toBe(0);
          alive.add(effect.generation);
        }
      }
      unit = next.unit;
      if (unit.state.phase === "stopped" || unit.state.phase === "waiting" || unit.state.phase === "backoff") {
        expect(alive.size).toBe(0);
      }
    }
  }
});
