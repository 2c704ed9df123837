import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DaemonLock } from "../../src/daemon/lock.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { tempRoot } from "./wire-fixture.ts";

test("of twenty processes that ask at once exactly one gets the lock, each time", async () => {
  const root = tempRoot();
  const racers = await Promise.all(Array.from({ length: 20 }, racer));
  for (let round = 0; round < 25; round += 1) {
    const file = join(root, `${round}.db`);
    const answers = await Promise.all(racers.map((child) => order<{ isOwner: boolean }>(child, { take: file })));
    expect(answers.filter((answer) => answer.isOwner)).toHaveLength(1);
    await Promise.all(racers.map((child) => order(child, { release: true })));
  }
}, 60_000);

test("a lock that exists and is free goes to exactly one as well", async () => {
  const file = join(tempRoot(), "lock.db");
  const racers = await Promise.all(Array.from({ length: 5 }, racer));
  for (let round = 0; round < 40; round += 1) {
    const answers = await Promise.all(racers.map((child) => order<{ isOwner: boolean }>(child, { take: file })));
    expect(answers.filter((answer) => answer.isOwner)).toHaveLength(1);
    await Promise.all(racers.map((child) => order(child, { release: true })));
  }
}, 60_000);

test("the death of its owner frees the lock", async () => {
  const file = join(tempRoot(), "lock.db");
  const owner = await racer();
  expect(await order(owner, { take: file })).toEqual({ isOwner: true });
  expect(DaemonLock.take(file)).toBeNull();
  owner.kill("SIGKILL");
  const lock = await waitUntil("the lock is free", () => DaemonLock.take(file));
  lock.release();
});

test("a process that was refused may ask again", async () => {
  const file = join(tempRoot(), "lock.db");
  const owner = await racer();
  await order(owner, { take: file });
  for (let i = 0; i < 3; i += 1) expect(DaemonLock.take(file)).toBeNull();
  await order(owner, { release: true });
  const lock = DaemonLock.take(file);
  expect(lock).not.toBeNull();
  lock?.release();
});

test("the lock's file is for its user alone, and one that is no database is an error", () => {
  const root = tempRoot();
  const file = join(root, "lock.db");
  DaemonLock.take(file)?.release();
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const broken = join(root, "broken.db");
  writeFileSync(broken, "this is not a database, whatever its name says".repeat(100));
  expect(() => DaemonLock.take(broken)).toThrow("not a database");
});

async function racer(): Promise<ChildProcess> {
  const child = fork(new URL("./lock-racer.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await once(child, "message");
  return child;
}

async function order<T>(child: ChildProcess, what: object): Promise<T> {
  const answer = once(child, "message");
  child.send(what);
  return (await answer)[0] as T;
}
