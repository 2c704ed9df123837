import { describe, expect, test } from "vitest";
import { TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const all = { names: [], except: [] };

/** Prints the value of each of `names`, one generation a line, and stays. */
function prints(...names: string[]): Record<string, string> {
  const values = names.map((name) => `${name}=$${name}`).join(" ");
  return { "print.sh": `echo "${values}."\nexec sleep 1000\n` };
}

const service = "run: sh print.sh, ready: {log: '[.]$'}";

describe("the environment of a service", () => {
  test("comes in layers, of which the later win", async () => {
    const fleet = await TestEngine.open(
      `
env_file: [fleet.env]
env: {B: fleet, C: fleet, D: fleet, E: fleet, F: fleet}
start: {env: {C: command, D: command, E: command, F: command}}
services: {api: {dir: ., ${service}, env_file: [own.env], env: {E: own, F: own}}}
`,
      {
        ...prints("A", "B", "C", "D", "E", "F"),
        "fleet.env": "A=file\nB=file\n",
        "own.env": "D=own-file\nE=own-file\nF=own-file\n",
      },
    );
    const callerEnv = { ...fleet.callerEnv, A: "shell", B: "shell" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: { F: "override" } }, { callerEnv });
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.output("api#1")).toBe("A=file B=fleet C=command D=own-file E=own F=override.\n");
  });

  test("is that of the last start when it is restarted by policy, and the new caller's after a restart", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${service}}}`, prints("A", "B"));
    const first = { ...fleet.callerEnv, A: "first" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: { B: "told" } }, { callerEnv: first });
    await fleet.untilPhase("ready", "api#1");
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    const second = { ...fleet.callerEnv, A: "second" };
    await fleet.send({ kind: "restart", select: all, noDeps: false, overrides: {} }, { callerEnv: second });
    await fleet.untilGeneration("api#1", 3);
    expect(fleet.output("api#1")).toBe("A=first B=told.\nA=first B=told.\nA=second B=.\n");
  });

  test("is that of the last start where a caller gives none", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${service}}}`, prints("A"));
    const callerEnv = { ...fleet.callerEnv, A: "shell" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} }, { callerEnv });
    await fleet.untilPhase("ready", "api#1");
    await fleet.send({ kind: "restart", select: all, noDeps: false, overrides: {} }, { callerEnv: null });
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toBe("A=shell.\nA=shell.\n");
  });

  test("is kept for the next daemon", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${service}}}`, prints("A", "B"));
    const callerEnv = { ...fleet.callerEnv, A: "shell" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: { B: "told" } }, { callerEnv });
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toBe("A=shell B=told.\nA=shell B=told.\n");
  });

  // web → api
  test("-e is for what is named, not for what comes along as a dependency", async () => {
    const fleet = await TestEngine.open(
      `
services:
  web: {dir: ., ${service}, depends_on: [api]}
  api: {dir: ., ${service}}
`,
      prints("A"),
    );
    const select = { names: ["web"], except: [] };
    await fleet.send({ kind: "start", select, noDeps: false, overrides: { A: "told" } });
    await fleet.untilPhase("ready", "web#1");
    expect([fleet.output("web#1"), fleet.output("api#1")]).toEqual(["A=told.\n", "A=.\n"]);
  });

  test("says which replica it is, and nothing of an Orchestra around the caller", async () => {
    const names = ["ORCHESTRA_SERVICE", "ORCHESTRA_REPLICA", "ORCHESTRA_GENERATION", "ORCHESTRA_OTHER"];
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${service}}}`, prints(...names));
    const callerEnv = { ...fleet.callerEnv, ORCHESTRA_OTHER: "x", ORCHESTRA_SERVICE: "outer" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} }, { callerEnv });
    await fleet.untilPhase("ready", "api#1", "api#2");
    expect(fleet.output("api#2")).toBe(
      "ORCHESTRA_SERVICE=api ORCHESTRA_REPLICA=2 ORCHESTRA_GENERATION=1 ORCHESTRA_OTHER=.\n",
    );
  });

  test("what a value refers to in vain is told once", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${service}, env: {A: "x\${NOWHERE}"}}}`, prints("A"));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.restart();
    await fleet.untilGeneration("api#1", 2);
    const warnings = fleet.eventsOf("noticed").filter((e) => e.message.includes("NOWHERE"));
    expect(warnings).toMatchObject([{ level: "warning", unit: "api#1" }]);
    await waitUntil("it is printed", () => fleet.output("api#1").includes("x${NOWHERE}"));
  });
});
