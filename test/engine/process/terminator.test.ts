import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { HeldProcess } from "../../../src/engine/process/identity.ts";
import { readListeners } from "../../../src/engine/process/port-table.ts";
import type { TerminationTarget } from "../../../src/engine/process/termination.ts";
import { Terminator } from "../../../src/engine/process/terminator.ts";
import { freePort } from "../../helpers/free-port.ts";
import { aliveWithMarker, isAlive, type StartedProgram, startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

const longGraceMs = 30_000;

function target(program: StartedProgram, change: Partial<TerminationTarget> = {}): TerminationTarget {
  const { child, markers } = program;
  const common = { identity: child.identity, child, held: null, markers, ports: [], signal: "SIGTERM" };
  return { ...common, graceMs: longGraceMs, detachedChildren: "stop", ...change };
}

/** As a daemon sees a replica that an earlier one started: no child, but a held descriptor. */
function adopted(program: StartedProgram, change: Partial<TerminationTarget> = {}): TerminationTarget {
  return target(program, { child: null, held: HeldProcess.hold(program.child.identity), ...change });
}

function terminate(what: TerminationTarget): Promise<{ survivors: number[] }> {
  return new Terminator().terminate(what).done;
}

async function expectGone(program: StartedProgram, done: Promise<{ survivors: number[] }>): Promise<void> {
  expect(await done).toEqual({ survivors: [] });
  expect(aliveWithMarker(program.markers.fleet)).toEqual([]);
}

/** How often the program says it got a signal. */
function countOf(program: StartedProgram, text: string): number {
  return program
    .output()
    .split("\n")
    .filter((line) => line.startsWith(text)).length;
}

describe("a program that behaves", () => {
  test("ends with its own exit code, and its port is free", async () => {
    const port = await freePort();
    const program = startProgram("listens.mjs", { PORT: String(port) });
    await program.printed("listening");
    await expectGone(program, terminate(target(program, { ports: [port] })));
    expect(program.child.exit).toEqual({ kind: "code", code: 0 });
    expect(readListeners().has(port)).toBe(false);
  });

  test("is told its exit before the termination is done", async () => {
    const program = startProgram("never-binds.sh");
    await program.printed("started");
    await terminate(target(program));
    expect(program.child.exit).toEqual({ kind: "signal", signal: "SIGTERM" });
  });

  test("gets the signal its service asks for", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    const termination = new Terminator().terminate(target(program, { signal: "SIGINT" }));
    await program.printed("SIGINT 1");
    termination.kill();
    await expectGone(program, termination.done);
    expect(program.output()).not.toContain("SIGTERM");
  });

  test("is waited for as long as it takes within its grace", async () => {
    const program = startProgram("slow-to-stop.mjs", { STOP_MS: "600" });
    await program.printed("ready");
    await expectGone(program, terminate(target(program)));
    expect(program.child.exit).toEqual({ kind: "code", code: 0 });
  });

  test("is stopped together with forty-nine others", async () => {
    const terminator = new Terminator();
    const programs = Array.from({ length: 50 }, () => startProgram("never-binds.sh"));
    for (const program of programs) await program.printed("started");
    const results = await Promise.all(programs.map((program) => terminator.terminate(target(program)).done));
    expect(results.flatMap((result) => result.survivors)).toEqual([]);
    for (const { markers } of programs) expect(aliveWithMarker(markers.fleet)).toEqual([]);
  });
});

describe("a program that ignores its stop signal", () => {
  test("gets it exactly once, then SIGKILL after the grace period", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    const started = performance.now();
    await expectGone(program, terminate(target(program, { graceMs: 400 })));
    expect(performance.now() - started).toBeGreaterThanOrEqual(400);
    expect(program.child.exit).toEqual({ kind: "signal", signal: "SIGKILL" });
    expect(countOf(program, "SIGTERM")).toBe(1);
  });

  test("is killed at once when asked to", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    const termination = new Terminator().terminate(target(program));
    await program.printed("SIGTERM 1");
    termination.kill();
    await expectGone(program, termination.done);
    expect(program.child.exit).toEqual({ kind: "signal", signal: "SIGKILL" });
  });

  test("without any grace gets no stop signal at all", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    await expectGone(program, terminate(target(program, { graceMs: 0 })));
    expect(countOf(program, "SIGTERM")).toBe(0);
  });
});

describe("a leader that exits early", () => {
  test("does not cancel the SIGKILL of what it leaves in its group", async () => {
    const program = startProgram("forks-a-grandchild.mjs");
    const pid = Number(await program.printed(/grandchild (\d+)/));
    const done = terminate(target(program, { graceMs: 500 }));
    await program.printed("grandchild SIGTERM 1");
    await program.child.exited;
    expect(isAlive(pid)).toBe(true);
    await expectGone(program, done);
    expect(countOf(program, "grandchild SIGTERM")).toBe(1);
  });

  test("leaves no orphan of init behind", async () => {
    const program = startProgram("forks-a-grandchild.mjs", { CHILD_LEAVES: "1" });
    await program.printed(/grandchild (\d+)/);
    await expectGone(program, terminate(target(program, { graceMs: 300 })));
  });

  test("by itself, before anybody asked, is cleaned up after in the same way", async () => {
    const program = startProgram("forks-a-grandchild.mjs");
    await program.printed(/grandchild (\d+)/);
    process.kill(program.child.identity.pid, "SIGKILL");
    await program.child.exited;
    await expectGone(program, terminate(target(program, { graceMs: 300 })));
    expect(countOf(program, "grandchild SIGTERM")).toBe(1);
  });

  test("and leaves nothing is done at once", async () => {
    const program = startProgram("exits.sh");
    await program.child.exited;
    await expectGone(program, terminate(target(program)));
  });
});

describe("a child in a session of its own", () => {
  test.each([
    ["with the leader as its parent", {}],
    ["that init has inherited", { HOW: "double-fork" }],
    ["whose leader has left", { LEADER_LEAVES: "1" }],
    ["that init has inherited, whose leader has left", { HOW: "double-fork", LEADER_LEAVES: "1" }],
  ])("%s gets the signal once, and ends", async (_, env) => {
    const program = startProgram("detaches-a-child.mjs", env);
    await program.printed(/child (\d+)/);
    if ("LEADER_LEAVES" in env) await program.child.exited;
    await expectGone(program, terminate(target(program)));
    expect(countOf(program, "child SIGTERM")).toBe(1);
  });

  test("is killed after the grace period where it ignores the signal", async () => {
    const program = startProgram("detaches-a-child.mjs", { STUBBORN: "1", HOW: "double-fork" });
    await program.printed(/child (\d+)/);
    await expectGone(program, terminate(target(program, { graceMs: 300 })));
    expect(countOf(program, "child SIGTERM")).toBe(1);
  });

  test("is found by descent where it hides its markers, and stays known when its parent ends", async () => {
    const program = startProgram("detaches-a-child.mjs", { HIDES: "1", STUBBORN: "1" });
    const pid = Number(await program.printed(/child (\d+)/));
    const done = terminate(target(program, { graceMs: 400 }));
    await program.child.exited;
    await expectGone(program, done);
    expect(isAlive(pid)).toBe(false);
  });

  test("is left alone where it is the daemon of a fleet of its own", async () => {
    const program = startProgram("detaches-a-child.mjs", { ORCHESTRA_DAEMON: "another-fleet" });
    const pid = Number(await program.printed(/child (\d+)/));
    expect(await terminate(target(program))).toEqual({ survivors: [] });
    expect(program.child.exit).toEqual({ kind: "code", code: 0 });
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });

  test("is left alone where the service may detach children", async () => {
    const port = await freePort();
    const program = startProgram("detaches-a-child.mjs", { LISTENS: "1", PORT: String(port) });
    const pid = Number(await program.printed(/child (\d+)/));
    expect(await terminate(target(program, { ports: [port], detachedChildren: "keep" }))).toEqual({ survivors: [] });
    expect(program.child.exit).toEqual({ kind: "code", code: 0 });
    expect(isAlive(pid)).toBe(true);
    expect(program.output()).not.toContain("child SIGTERM");
    await expectGone(program, terminate(target(program)));
  });
});

describe("a stopped group", () => {
  test("gets SIGCONT after its stop signal, so that it can obey", async () => {
    const program = startProgram("slow-to-stop.mjs", { STOP_MS: "0" });
    await program.printed("ready");
    process.kill(-program.child.identity.pgid, "SIGSTOP");
    await expectGone(program, terminate(target(program)));
    expect(program.child.exit).toEqual({ kind: "code", code: 0 });
  });
});

describe("an adopted process", () => {
  test("is stopped as our own children are", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    await expectGone(program, terminate(adopted(program, { graceMs: 300 })));
    expect(countOf(program, "SIGTERM")).toBe(1);
    expect(await program.child.exited).toEqual({ kind: "signal", signal: "SIGKILL" });
  });

  test("that died unseen leaves nothing of its group behind", async () => {
    const program = startProgram("forks-a-grandchild.mjs");
    await program.printed(/grandchild (\d+)/);
    const what = adopted(program, { graceMs: 300 });
    process.kill(program.child.identity.pid, "SIGKILL");
    await program.child.exited;
    await expectGone(program, terminate(what));
  });

  test("is never signalled where its pid has come to name another process", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    const identity = { ...program.child.identity, startTicks: program.child.identity.startTicks - 500 };
    const markers = { ...program.markers, fleet: "another" };
    const wrong = target(program, { identity, markers, child: null, held: null, graceMs: 100 });
    expect(await terminate(wrong)).toEqual({ survivors: [] });
    expect(program.child.exit).toBeNull();
    expect(countOf(program, "SIGTERM")).toBe(0);
    await expectGone(program, terminate(target(program, { graceMs: 0 })));
  });
});

describe("the unit's port", () => {
  test("that a detached child listens on is free when the termination is done", async () => {
    const port = await freePort();
    const program = startProgram("detaches-a-child.mjs", { LISTENS: "1", PORT: String(port), HOW: "double-fork" });
    await program.printed(/child (\d+)/);
    await expectGone(program, terminate(target(program, { ports: [port] })));
    expect(readListeners().has(port)).toBe(false);
  });

  test("does not hold the termination up once somebody else has it", async () => {
    const port = await freePort();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const program = startProgram("never-binds.sh");
    await program.printed("started");
    await expectGone(program, terminate(target(program, { ports: [port] })));
    expect(readListeners().has(port)).toBe(true);
  });
});

test("two units are told apart: ending one leaves the other alone", async () => {
  const one = startProgram("slow-to-stop.mjs");
  const other = startProgram("ignores-sigterm.mjs");
  await one.printed("ready");
  await other.printed("ready");
  await expectGone(one, terminate(target(one)));
  expect(other.child.exit).toBeNull();
  expect(countOf(other, "SIGTERM")).toBe(0);
  await expectGone(other, terminate(target(other, { graceMs: 0 })));
  await waitUntil("the exit is told", () => other.child.exit !== null);
});
