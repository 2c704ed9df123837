import { describe, expect, test } from "vitest";
import { parseMarks, readMarkers } from "../../../src/engine/process/markers.ts";
import { markerEnvironment, startProgram } from "../../helpers/processes.ts";

const markers = { fleet: "0123456789abcdef", service: "orders-é", replica: 2, generation: 17 };

/** As the kernel shows it: entries that end in a zero byte, read as latin1. */
function recorded(env: Record<string, string>): string {
  const text = Object.entries(env)
    .map(([name, value]) => `${name}=${value}\0`)
    .join("");
  return Buffer.from(text).toString("latin1");
}

describe("an environment", () => {
  test("that was made for a replica names it", () => {
    const env = { PATH: "/bin", ...markerEnvironment(markers), LAST: "x=y" };
    expect(parseMarks(recorded(env))).toEqual({ markers, daemonOf: null, buildOf: null });
  });

  test.each([
    ["is empty", {}],
    ["has no fleet", { ...markerEnvironment(markers), ORCHESTRA_FLEET: undefined }],
    ["has no generation", { ...markerEnvironment(markers), ORCHESTRA_GENERATION: undefined }],
    ["has a replica that is no number", { ...markerEnvironment(markers), ORCHESTRA_REPLICA: "two" }],
    ["only mentions them in a value", { NOTE: "ORCHESTRA_FLEET=x" }],
  ])("that %s names nobody", (_, env) => {
    const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    expect(parseMarks(recorded(Object.fromEntries(given))).markers).toBeNull();
  });

  test("of a daemon says so", () => {
    expect(parseMarks(recorded({ ORCHESTRA_DAEMON: "abc" })).daemonOf).toBe("abc");
    expect(parseMarks(recorded({ ORCHESTRA_BUILD: "abc" }))).toEqual({ markers: null, daemonOf: null, buildOf: "abc" });
  });
});

test("a running program's markers are read, and those of a process without any are null", async () => {
  const program = startProgram("ignores-sigterm.mjs");
  await program.printed("ready");
  expect(readMarkers(program.child.identity.pid)).toEqual(program.markers);
  expect(readMarkers(1)).toBeNull();
  process.kill(program.child.identity.pid, "SIGKILL");
  await program.child.exited;
  expect(readMarkers(program.child.identity.pid)).toBeNull();
});
