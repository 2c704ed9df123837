import { describe, expect, test } from "vitest";
import type { Markers } from "../../../src/engine/process/markers.ts";
import { ProcessTable } from "../../../src/engine/process/process-table.ts";
import { findStrays } from "../../../src/engine/strays/find-strays.ts";
import type { Sighting } from "../../../src/engine/strays/sighting.ts";
import { orders, sighting } from "./sightings.ts";

const catalog = { ...orders(), service: "catalog", dir: "/shop/catalog", packageDir: "/shop/catalog" };
const binary = { executable: "/shop/orders/orders" };
const shell = sighting("-zsh", { pid: 900, ppid: 1, executable: "/usr/bin/zsh" });

function marked(change: Partial<Markers> = {}): Sighting["marks"] {
  const markers = { fleet: "f1", service: "orders", replica: 1, generation: 3, ...change };
  return { markers, daemonOf: null, buildOf: null };
}

/** `kind service pid[+descendants]` of each, `!` where nobody has it any more. */
function found(seen: Sighting[], ours: number[] = [], services = [orders(), catalog]): string[] {
  const table = new ProcessTable(
    seen.map(({ process }) => process),
    1_000_000,
  );
  const byPid = new Map(seen.map((one) => [one.process.pid, one]));
  return findStrays({
    fleet: "f1",
    services,
    table,
    sight: ({ pid }) => byPid.get(pid) ?? null,
    isOurs: ({ pid }) => ours.includes(pid),
    isOrchestra: ({ argv }) => argv.join(" ").includes("dist/main.js"),
  }).map(({ kind, service, processes, parent, tracer }) => {
    const pids = processes.map(({ pid }) => pid).join("+");
    return `${kind} ${service} ${pids}${parent === null ? " !" : ""}${tracer === null ? "" : " traced"}`;
  });
}

describe("strays", () => {
  test("one of a tree stands for all of it", () => {
    const run = sighting("go run .", { pid: 10, executable: "/usr/lib/go/bin/go" });
    const built = sighting("/tmp/go-build1/b001/exe/orders", { pid: 11, ppid: 10 });
    const helper = sighting("helper", { pid: 12, ppid: 11 });
    expect(found([shell, built, helper, run])).toEqual(["foreign orders 10+11+12"]);
  });

  test("what lost its parent is an orphan, under whatever inherits it", () => {
    const manager = sighting("/lib/systemd/systemd --user", { pid: 800, ppid: 1 });
    manager.process.comm = "systemd";
    expect(found([manager, sighting("./orders", { ...binary, pid: 10, ppid: 1 })])).toEqual(["foreign orders 10 !"]);
    expect(found([manager, sighting("./orders", { ...binary, pid: 10, ppid: 800 })])).toEqual(["foreign orders 10 !"]);
    expect(found([manager, sighting("./orders", { ...binary, pid: 10, ppid: 77 })])).toEqual(["foreign orders 10 !"]);
  });

  test("what is on record, or gone, is none", () => {
    const one = sighting("./orders", { ...binary, pid: 10 });
    expect(found([shell, one], [10])).toEqual([]);
    const zombie = { ...one, process: { ...one.process, state: "Z" } };
    expect(found([shell, zombie])).toEqual([]);
  });

  test("old markers and the folder of a service make a leftover, whatever it runs", () => {
    expect(found([shell, sighting("helper", { pid: 10, marks: marked() })])).toEqual(["leftover orders 10"]);
    const elsewhere = sighting("helper", { pid: 10, cwd: "/", executable: "/bin/helper", marks: marked() });
    expect(found([shell, elsewhere])).toEqual([]);
    expect(found([shell, sighting("helper", { pid: 10, marks: marked({ service: "gone" }) })])).toEqual([]);
  });

  test("a service that keeps what it detaches leaves none behind but itself", () => {
    const keeps = [{ ...orders(), keepsDetached: true }];
    expect(found([shell, sighting("helper", { pid: 10, marks: marked() })], [], keeps)).toEqual([]);
    const itself = sighting("./orders", { ...binary, pid: 10, marks: marked() });
    expect(found([shell, itself], [], keeps)).toEqual(["leftover orders 10"]);
  });

  test.each([
    ["another fleet's", sighting("./orders", { ...binary, pid: 10, marks: marked({ fleet: "f2" }) })],
    ["a daemon", sighting("./orders", { ...binary, pid: 10, marks: { ...marked(), daemonOf: "f1" } })],
    ["a build tool", sighting("./orders", { ...binary, pid: 10, marks: { ...marked(), buildOf: "f1" } })],
    ["an editor with our markers", sighting("nvim main.go", { pid: 10, executable: "/usr/bin/nvim", marks: marked() })],
    ["a language server", sighting("gopls", { pid: 10, executable: "/home/you/go/bin/gopls", marks: marked() })],
    ["a shell with our markers", sighting("-bash", { pid: 10, executable: "/usr/bin/bash", marks: marked() })],
    ["a verb of ours", sighting("node /opt/orchestra/dist/main.js ps", { pid: 10, marks: marked() })],
  ])("%s is never one", (_name, seen) => {
    expect(found([shell, seen])).toEqual([]);
  });

  test("what a verb of ours runs in the foreground is nobody's", () => {
    const verb = sighting("node /opt/orchestra/dist/main.js run orders -- ./orders", { pid: 10, cwd: "/shop" });
    expect(found([shell, verb, sighting("./orders", { ...binary, pid: 11, ppid: 10 })])).toEqual([]);
  });

  test("a debugger above it is told, and is not a part of it", () => {
    const debug = sighting("dlv exec ./orders", { pid: 10, executable: "/home/you/go/bin/dlv" });
    expect(found([shell, debug, sighting("./orders", { ...binary, pid: 11, ppid: 10 })])).toEqual([
      "foreign orders 11 traced",
    ]);
  });

  test("the service in the inner folder is meant where two folders hold it", () => {
    const outer = { ...orders(), service: "shop", dir: "/shop", packageDir: null, programs: new Set(["orders"]) };
    expect(found([shell, sighting("./orders -v", { ...binary, pid: 10 })], [], [outer, orders()])).toEqual([
      "foreign orders 10",
    ]);
  });

  test("a chain of parents that closes ends nothing", () => {
    const a = sighting("./orders", { ...binary, pid: 10, ppid: 11 });
    const b = sighting("x", { pid: 11, ppid: 10, cwd: "/" });
    expect(found([a, b])).toEqual(["foreign orders 10+11 !"]);
  });
});
