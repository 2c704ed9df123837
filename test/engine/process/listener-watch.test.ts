import { createServer, type Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ListenerWatch } from "../../../src/engine/process/listener-watch.ts";
import type { ListenTarget } from "../../../src/engine/process/port-ownership.ts";
import type { PortHolder } from "../../../src/model/failure.ts";
import { freePort } from "../../helpers/free-port.ts";
import { type StartedProgram, startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

function watch(): ListenerWatch {
  const watching = new ListenerWatch("a-fleet");
  onTestFinished(() => watching.close());
  return watching;
}

function target(program: StartedProgram, ...ports: number[]): ListenTarget {
  return { leader: program.child.identity, markers: program.markers, ports };
}

function listens(watching: ListenerWatch, what: ListenTarget): Promise<void> {
  return new Promise((resolve) => watching.waitFor(what, resolve));
}

async function end(program: StartedProgram, ...pids: number[]): Promise<void> {
  for (const pid of [-program.child.identity.pgid, ...pids]) process.kill(pid, "SIGKILL");
  await program.child.exited;
}

async function listenHere(port: number): Promise<Server> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

describe("a unit listens", () => {
  test("when its leader does, not before", async () => {
    const port = await freePort();
    const watching = watch();
    const program = startProgram("binds-late.mjs", { PORT: String(port), LATE_MS: "300" });
    const what = target(program, port);
    let isTold = false;
    const told = listens(watching, what).then(() => {
      isTold = true;
    });
    await program.printed("not yet listening");
    expect(watching.isListening(what)).toBe(false);
    expect(isTold).toBe(false);
    await told;
    expect(watching.isListening(what)).toBe(true);
    await end(program);
  });

  test("when a child of its leader does", async () => {
    const port = await freePort();
    const program = startProgram("child-holds-the-port.mjs", { PORT: String(port) });
    await listens(watch(), target(program, port));
    await end(program);
  });

  test("when a process that it detached does, though init has inherited it", async () => {
    const port = await freePort();
    const env = { PORT: String(port), LISTENS: "1", HOW: "double-fork" };
    const program = startProgram("detaches-a-child.mjs", env);
    await listens(watch(), target(program, port));
    await end(program, Number(await program.printed(/child (\d+)/)));
  });

  test("only when it listens on all of its ports", async () => {
    const [first, second] = [await freePort(), await freePort()];
    const program = startProgram("listens.mjs", { PORT: String(first) });
    const watching = watch();
    await listens(watching, target(program, first));
    expect(watching.isListening(target(program, first, second))).toBe(false);
    await end(program);
  });

  test("and is told so at once where it did before anybody asked", async () => {
    const port = await freePort();
    const program = startProgram("listens.mjs", { PORT: String(port) });
    await program.printed("listening");
    const watching = watch();
    await listens(watching, target(program, port));
    await listens(watching, target(program, port));
    await end(program);
  });
});

describe("a unit does not listen", () => {
  test("where somebody else has its port; who that is, is told once", async () => {
    const port = await freePort();
    const server = await listenHere(port);
    const program = startProgram("never-binds.sh");
    const watching = watch();
    const holders: Array<[PortHolder, number]> = [];
    let isTold = false;
    const cancel = watching.waitFor(
      target(program, port),
      () => {
        isTold = true;
      },
      (holder, which) => holders.push([holder, which]),
    );
    await waitUntil("the holder is named", () => holders.length > 0);
    expect(holders[0]).toMatchObject([{ pid: process.pid, unit: null }, port]);
    // A listener that comes and goes elsewhere makes the watch look again, and it says nothing new.
    const other = await listenHere(await freePort());
    await waitUntil("some looks later", () => new Promise((resolve) => setTimeout(() => resolve(true), 300)));
    other.close();
    expect(holders).toHaveLength(1);
    expect(isTold).toBe(false);
    cancel();
    server.close();
    await end(program);
  });

  test("until the other lets go of the port", async () => {
    const port = await freePort();
    const server = await listenHere(port);
    const program = startProgram("binds-late.mjs", { PORT: String(port), LATE_MS: "0" });
    const watching = watch();
    const holders: PortHolder[] = [];
    const told = new Promise<void>((resolve) => {
      watching.waitFor(target(program, port), resolve, (holder) => holders.push(holder));
    });
    await waitUntil("the holder is named", () => holders.length > 0);
    await new Promise((resolve) => server.close(resolve));
    await told;
    await end(program);
  });

  test("any more once the wait is cancelled", async () => {
    const port = await freePort();
    const watching = watch();
    const program = startProgram("listens.mjs", { PORT: String(port) });
    let isTold = false;
    const cancel = watching.waitFor(target(program, port), () => {
      isTold = true;
    });
    cancel();
    cancel();
    await program.printed("listening");
    await listens(watching, target(program, port));
    expect(isTold).toBe(false);
    await end(program);
  });
});

test("many that start together are each told once", async () => {
  const watching = watch();
  const programs: StartedProgram[] = [];
  const told: string[] = [];
  for (let i = 0; i < 12; i++) {
    const port = await freePort();
    const program = startProgram("listens.mjs", { PORT: String(port) });
    programs.push(program);
    watching.waitFor(target(program, port), () => told.push(program.markers.fleet));
  }
  await waitUntil("all are told", () => told.length >= programs.length);
  expect(new Set(told).size).toBe(programs.length);
  for (const program of programs) await end(program);
});
