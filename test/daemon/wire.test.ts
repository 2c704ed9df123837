import { statSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Unreachable } from "../../src/daemon/unreachable-daemon.ts";
import { VersionMismatch } from "../../src/daemon/version-mismatch.ts";
import { Abort } from "../../src/lib/abort.ts";
import { PatternTooSlow } from "../../src/lib/pattern-too-slow.ts";
import type { CommandRequest } from "../../src/model/command.ts";
import type { LogQuery } from "../../src/model/log.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { notice } from "./fake-engine.ts";
import { clientOf, Recorder, serveFake, tempRoot } from "./wire-fixture.ts";

const startAll: CommandRequest = {
  command: { kind: "start", select: { names: [], except: [] }, noDeps: false, overrides: { A: "b" } },
  origin: "cli",
  callerEnv: { PATH: "/bin", ODD: "ä\n\u0001" },
  lease: null,
  commandId: "1",
};

const tail: LogQuery = { units: [], from: "end", direction: "forward", limit: 10 };

describe("a request", () => {
  test("gets the engine's snapshot", async () => {
    const { root, engine } = await serveFake(tempRoot());
    engine.publish(notice("one"));
    expect(await clientOf(root).snapshot()).toEqual(await engine.snapshot());
  });

  test("carries a command to the engine unchanged, and its reply back", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const error = { kind: "unknown-name", message: 'no service "apo"', suggestion: "api" } as const;
    engine.onSend = async () => ({ ok: false, error });
    expect(await clientOf(root).send(startAll)).toEqual({ ok: false, error });
    expect(engine.commands).toEqual([startAll]);
  });

  test.each(["pause", "resume"] as const)("may be to %s, and to nothing that has an unknown key", async (kind) => {
    const { root, engine } = await serveFake(tempRoot());
    const request = { ...startAll, command: { kind, select: { names: ["api"], except: [] } } };
    expect((await clientOf(root).send(request)).ok).toBe(true);
    expect(engine.commands).toEqual([request]);
    const wrong = { ...request, command: { ...request.command, noDeps: true } };
    await expect(clientOf(root).send(wrong)).rejects.toThrow("unknown key noDeps");
  });

  test("may carry an environment of a megabyte", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const callerEnv = { BIG: "x".repeat(1_000_000) };
    expect((await clientOf(root).send({ ...startAll, callerEnv })).ok).toBe(true);
    expect(engine.commands[0]?.callerEnv).toEqual(callerEnv);
  });

  test("is answered by a new daemon on another socket, without a new client", async () => {
    const root = tempRoot();
    const client = clientOf(root);
    const first = await serveFake(root);
    await client.snapshot();
    await first.server.close("replaced");
    const second = await serveFake(root, { name: "b" });
    second.engine.publish(notice("one"));
    expect((await client.snapshot()).revision).toBe(1);
  });

  test("rejects with Unreachable where there is no daemon.json", async () => {
    await expect(clientOf(tempRoot()).snapshot()).rejects.toThrow(Unreachable);
  });

  test("rejects with Unreachable where daemon.json names a socket that nobody listens on", async () => {
    const { root, server } = await serveFake(tempRoot());
    await server.close("gone");
    await expect(clientOf(root).send(startAll)).rejects.toThrow("no daemon runs for this fleet");
  });

  test("rejects when the client is closed under it", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const client = clientOf(root);
    const poll = client.readLogs({ ...tail, waitMs: 60_000 });
    await waitUntil("the poll waits", () => engine.waitingPolls === 1);
    await client.close();
    await expect(poll).rejects.toThrow("the client was closed");
    await waitUntil("the engine's wait ends too", () => engine.waitingPolls === 0);
  });

  test("of another version is refused before the engine sees it, and says what to do", async () => {
    const { root, engine } = await serveFake(tempRoot(), { version: "2.0.0" });
    const refused = clientOf(root, { version: "1.0.0" }).send(startAll);
    await expect(refused).rejects.toThrow(VersionMismatch);
    await expect(refused).rejects.toThrow("the daemon of this fleet is version 2.0.0, this is version 1.0.0");
    await expect(refused).rejects.toHaveProperty("hint", expect.stringContaining("orchestra daemon restart"));
    expect(engine.commands).toEqual([]);
  });

  test("to something that is no daemon of ours is Unreachable", async () => {
    const root = tempRoot();
    const { socket, server } = await serveFake(root);
    await server.close("replaced by another program");
    const { createServer } = await import("node:http");
    const stranger = createServer((_, response) => response.end("hello")).listen(socket);
    onTestFinished(() => void stranger.close());
    await expect(clientOf(root).snapshot()).rejects.toThrow("no Orchestra");
    await expect(clientOf(root).hello()).rejects.toThrow("no Orchestra");
  });

  test("that an engine's bug fails is an error that is no Abort, and the daemon goes on", async () => {
    const { root, engine, log } = await serveFake(tempRoot());
    engine.onSend = () => Promise.reject(new TypeError("oops"));
    await expect(clientOf(root).send(startAll)).rejects.toThrow("the daemon answered 500: oops");
    expect(log.join("\n")).toContain("TypeError: oops");
    expect((await clientOf(root).snapshot()).revision).toBe(0);
  });

  test("for lines that match a pattern that takes too long is an Abort that says so, and no bug", async () => {
    const { root, engine, log } = await serveFake(tempRoot());
    engine.readLogs = () => Promise.reject(new PatternTooSlow("(a+)+$"));
    const refused = clientOf(root).readLogs({ ...tail, grep: "(a+)+$" });
    await expect(refused).rejects.toThrow(Abort);
    await expect(refused).rejects.toThrow("this pattern takes too long");
    expect(log).toEqual([]);
  });
});

describe("a long poll", () => {
  test("ends in the engine when its signal aborts", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const abort = new AbortController();
    const poll = clientOf(root).readLogs({ ...tail, waitMs: 60_000 }, abort.signal);
    await waitUntil("the poll waits", () => engine.waitingPolls === 1);
    abort.abort();
    await expect(poll).rejects.toHaveProperty("name", "AbortError");
    await waitUntil("the engine's wait ends", () => engine.waitingPolls === 0);
  });

  test("ends when the server closes, and does not hold it up", async () => {
    const { root, engine, server } = await serveFake(tempRoot());
    const poll = clientOf(root).readLogs({ ...tail, waitMs: 60_000 });
    await waitUntil("the poll waits", () => engine.waitingPolls === 1);
    const closed = server.close("over");
    await expect(poll).rejects.toThrow(Unreachable);
    await closed;
    expect(engine.waitingPolls).toBe(0);
  });

  test("gets its page", async () => {
    const { root } = await serveFake(tempRoot());
    const page = await clientOf(root).readLogs({ ...tail, waitMs: 5 });
    expect(page).toEqual({ lines: [], before: "c1", after: "c1", atStart: true, atEnd: true, skippedBytes: 0 });
  });
});

describe("a subscription", () => {
  test("gets the snapshot first and then every event after it", async () => {
    const { root, engine } = await serveFake(tempRoot());
    engine.publish(notice("before"));
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    engine.publish(notice("one"));
    await waitUntil("an event is there", () => recorder.revision === 2);
    expect(recorder.kinds).toEqual(["snapshot 1", "events 2-2"]);
  });

  test("gets all events of one turn as one update", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    for (let i = 0; i < 50; i += 1) engine.publish(notice(`${i}`));
    await waitUntil("the events are there", () => recorder.revision === 50);
    expect(recorder.kinds).toEqual(["snapshot 0", "events 1-50"]);
  });

  test("hears nothing any more once it is closed, and leaves the engine", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const recorder = new Recorder();
    const subscription = clientOf(root).subscribe(recorder.listener);
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    subscription.close();
    engine.publish(notice("late"));
    await waitUntil("the engine has no subscriber", () => engine.subscriberCount === 0);
    expect(recorder.kinds).toEqual(["snapshot 0"]);
  });

  test("with a lease ends it when its connection ends", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const recorder = new Recorder();
    const client = clientOf(root);
    client.subscribe(recorder.listener, { lease: "run 1/ä" });
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    await client.close();
    await waitUntil("the lease ends", () => engine.calls.includes("lease ended: run 1/ä"));
  });

  test("with a lease does not end it when the daemon hands over", async () => {
    const { root, engine, server } = await serveFake(tempRoot());
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener, { lease: "run" });
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    await server.close("the daemon is being replaced");
    await waitUntil("the client knows", () => recorder.kinds.includes("disconnected"));
    expect(engine.calls).toEqual([]);
  });

  test("made without a daemon says so and begins when one comes", async () => {
    const root = tempRoot();
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("it says so", () => recorder.kinds.includes("disconnected"));
    await serveFake(root);
    await waitUntil("the snapshot is there", () => recorder.kinds.includes("snapshot 0"));
    expect(recorder.updates[0]).toMatchObject({ kind: "disconnected", reason: "no daemon runs for this fleet" });
  });

  test("tells why it was lost, and goes on at a new daemon on another socket", async () => {
    const root = tempRoot();
    const first = await serveFake(root);
    first.engine.publish(notice("1"), notice("2"));
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("the first snapshot is there", () => recorder.revision === 2);
    first.engine.publish(notice("last words"));
    await first.server.close("the daemon is being replaced");
    await waitUntil("the loss is known", () => recorder.updates.some((u) => u.kind === "disconnected"));
    expect(recorder.kinds.slice(0, 3)).toEqual(["snapshot 2", "events 3-3", "disconnected"]);
    expect(recorder.updates[2]).toMatchObject({ reason: "the daemon is being replaced" });

    const second = await serveFake(root, { name: "b" });
    await waitUntil("the second snapshot is there", () => recorder.revision === 0);
    second.engine.publish(notice("1"));
    await waitUntil("its events are there", () => recorder.revision === 1);
  });

  test("that meets a daemon of another version says so", async () => {
    const { root } = await serveFake(tempRoot(), { version: "2.0.0" });
    const recorder = new Recorder();
    clientOf(root, { version: "1.0.0" }).subscribe(recorder.listener);
    await waitUntil("it says so", () => recorder.updates.length > 0);
    expect(recorder.updates[0]).toMatchObject({
      kind: "disconnected",
      reason: expect.stringContaining("version 2.0.0"),
    });
  });

  test("closes a gap with a new snapshot, on the same connection", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener, { lease: "run" });
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    engine.publish(notice("1"));
    await waitUntil("it is seen", () => recorder.revision === 1);
    engine.lose(5);
    engine.publish(notice("7"));
    await waitUntil("the gap is closed", () => recorder.revision === 7);
    engine.publish(notice("8"));
    await waitUntil("events go on", () => recorder.revision === 8);
    expect(recorder.kinds).toEqual(["snapshot 0", "events 1-1", "snapshot 7", "events 8-8"]);
    expect(engine.calls).toEqual([]);
  });

  test("survives a snapshot and lines that come in many pieces", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("the snapshot is there", () => recorder.updates.length === 1);
    for (let i = 0; i < 20; i += 1) engine.publish(notice(`größer ${i} `, 200_000));
    await waitUntil("all is there", () => recorder.revision === 20);
  });
});

describe("a subscriber that does not read", () => {
  test("costs a bounded queue, and gets a new snapshot and what followed when it reads again", async () => {
    const { root, engine, socket, log } = await serveFake(tempRoot());
    const reader = createConnection(socket);
    onTestFinished(() => void reader.destroy());
    reader.pause();
    reader.write("GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n");
    await waitUntil("it subscribed", () => engine.subscriberCount === 1);

    // Each turn is a line of its own; 8 MB are far more than all buffers on the way.
    for (let i = 0; i < 800; i += 1) {
      engine.publish(notice("flood ", 10_000));
      await new Promise(setImmediate);
    }
    expect(log.join("\n")).toMatch(/dropped \d+ bytes/);

    const chunks: Buffer[] = [];
    reader.on("data", (chunk) => chunks.push(chunk));
    reader.resume();
    const lines = () => linesOfChunked(Buffer.concat(chunks).toString("latin1"));
    await waitUntil(
      "a second snapshot is there",
      () => lines().filter((line) => line.startsWith('{"kind":"snapshot"')).length >= 2,
    );
    engine.publish(notice("after"));
    await waitUntil("events follow it", () => lines().at(-1)?.includes('"after'));

    let revision = 0;
    for (const text of lines()) {
      const line = JSON.parse(text);
      if (line.kind === "snapshot") revision = line.snapshot.revision;
      else for (const event of line.events) expect(event.revision).toBe(++revision);
    }
    expect(revision).toBe(801);
    expect(Buffer.concat(chunks).length).toBeLessThan(3_000_000);
    expect((await clientOf(root).snapshot()).revision).toBe(801);
  });

  test("never makes another one wait", async () => {
    const { root, engine, socket } = await serveFake(tempRoot());
    const stalled = createConnection(socket);
    onTestFinished(() => void stalled.destroy());
    stalled.pause();
    stalled.write("GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n");
    const recorder = new Recorder();
    clientOf(root).subscribe(recorder.listener);
    await waitUntil("both subscribed", () => engine.subscriberCount === 2);
    for (let i = 1; i <= 60; i += 1) {
      engine.publish(notice("flood ", 100_000));
      await waitUntil("it is seen", () => recorder.revision === i);
    }
  });
});

describe("by hand", () => {
  const cases: { title: string; method: string; path: string; body?: string; status: number; says: string }[] = [
    { title: "a body that is no JSON", method: "POST", path: "/v1/commands", body: "{", status: 400, says: "no JSON" },
    { title: "an empty body", method: "POST", path: "/v1/commands", body: "", status: 400, says: "no JSON" },
    {
      title: "a body that is no object",
      method: "POST",
      path: "/v1/commands",
      body: "[]",
      status: 400,
      says: "the body",
    },
    {
      title: "an unknown command",
      method: "POST",
      path: "/v1/commands",
      body: '{"command":{"kind":"explode"}}',
      status: 400,
      says: "command",
    },
    {
      title: "a field of the wrong type",
      method: "POST",
      path: "/v1/commands",
      body: '{"command":{"kind":"stop","select":{"names":"api","except":[]}}}',
      status: 400,
      says: "command.select.names",
    },
    {
      title: "a scale below zero",
      method: "POST",
      path: "/v1/commands",
      body: '{"command":{"kind":"scale","service":"api","change":{"to":-1}}}',
      status: 400,
      says: "command.change",
    },
    {
      title: "a key that nobody knows",
      method: "POST",
      path: "/v1/commands",
      body: '{"command":{"kind":"down","force":true}}',
      status: 400,
      says: "force",
    },
    {
      title: "a log query without its units",
      method: "POST",
      path: "/v1/logs",
      body: '{"from":"end","direction":"forward","limit":1}',
      status: 400,
      says: "units",
    },
    {
      title: "a grep that is no regular expression",
      method: "POST",
      path: "/v1/logs",
      body: '{"units":[],"from":"end","direction":"forward","limit":1,"grep":"("}',
      status: 400,
      says: "grep: Invalid regular expression",
    },
    { title: "a command by GET", method: "GET", path: "/v1/commands", status: 404, says: "no GET /v1/commands" },
    { title: "stopping by GET", method: "GET", path: "/v1/daemon/stop", status: 404, says: "no GET" },
    { title: "an unknown path", method: "GET", path: "/", status: 404, says: "no GET /" },
    { title: "hello", method: "GET", path: "/v1/hello", status: 200, says: '"fleet":"0123456789abcdef"' },
    {
      title: "a body of 20 MB",
      method: "POST",
      path: "/v1/commands",
      body: "x".repeat(20_000_000),
      status: 413,
      says: "too large",
    },
    {
      title: "a command with the least that is needed",
      method: "POST",
      path: "/v1/commands",
      body: '{"command":{"kind":"down"}}',
      status: 200,
      says: '"ok":true',
    },
  ];

  test.each(cases)("$title: $status", async ({ method, path, body, status, says }) => {
    const { socket, engine } = await serveFake(tempRoot());
    const answer = await ask(socket, method, path, body);
    expect(answer).toMatchObject({ status });
    expect(answer.body).toContain(says);
    if (status !== 200) expect(engine.commands).toEqual([]);
  });

  test("the socket is open to its user alone", async () => {
    const { socket } = await serveFake(tempRoot());
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });
});

function ask(socket: string, method: string, path: string, body?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    // A refused body may break the pipe while it is still being written; the answer is there all the same.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    sent.end(body);
  });
}

/** The complete lines of a chunked response, in which each chunk is one line. */
function linesOfChunked(raw: string): string[] {
  return raw.split("\r\n").filter((part) => part.startsWith("{") && part.endsWith("}\n"));
}
