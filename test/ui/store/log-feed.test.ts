import { afterEach, expect, test, vi } from "vitest";
import { logPattern } from "../../../src/ui/state/log-pattern.ts";
import { LogFeed } from "../../../src/ui/store/log-feed.ts";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleLine } from "../../helpers/fleet-samples.ts";

let opened: { feed: LogFeed; client: FakeClient } | null = null;

afterEach(async () => {
  opened?.feed.close();
  await opened?.client.close();
  opened = null;
});

function open(lineCount: number) {
  const client = new FakeClient(sampleFleet([]));
  const add = (from: number, to: number, unit = "api#1") => {
    client.log(
      ...Array.from({ length: to - from }, (_, i) => sampleLine(unit, `line ${from + i}`, { offset: from + i })),
    );
  };
  add(0, lineCount);
  let onChange = () => {};
  const feed = new LogFeed(client, () => onChange());
  opened = { feed, client };
  const until = (isThere: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not in time; the buffer ends with ${last()}`)), 5000);
      onChange = () => {
        if (!isThere()) return;
        clearTimeout(timer);
        resolve();
      };
      onChange();
    });
  const { buffer } = feed;
  const last = () => buffer.at(buffer.last)?.text;
  const first = () => buffer.at(buffer.first)?.text;
  return { client, feed, add, until, first, last };
}

test("shows the end of a log and what comes after it", async () => {
  const { feed, add, until, first, last } = open(2000);
  feed.watch([]);
  await until(() => last() === "line 1999");
  expect([first(), feed.status().isAtStart]).toEqual(["line 1500", false]);
  add(2000, 2003);
  await until(() => last() === "line 2002");
});

test("puts older pages before it, down to the start", async () => {
  const { feed, until, first } = open(1200);
  feed.watch([]);
  await until(() => first() === "line 700");
  await feed.loadOlder();
  expect(first()).toBe("line 200");
  await feed.loadOlder();
  expect([first(), feed.status().isAtStart]).toEqual(["line 0", true]);
});

test("another log takes the place of the first", async () => {
  const { feed, add, until, last } = open(3);
  feed.watch(["api"]);
  await until(() => last() === "line 2");
  add(70, 71, "web#1");
  feed.watch(["web"]);
  await until(() => last() === "line 70");
  expect(feed.buffer.last - feed.buffer.first).toBe(0);
});

test("passes over a flood while following, counts it, and stays without a gap", async () => {
  const { feed, add, until, last, first } = open(10);
  feed.watch([]);
  await until(() => last() === "line 9");
  add(10, 5000);
  await until(() => last() === "line 4999");
  expect(feed.status().skippedBytes).toBeGreaterThan(0);
  expect(first()).toBe("line 4500");
  await feed.loadOlder();
  expect(first()).toBe("line 4000");
});

test("a filter lets every match through a flood of other lines", async () => {
  const { client, feed, add, until, last, first } = open(10);
  client.searchedLines = 2000;
  feed.watch([], logPattern("line \\d*00$|^line 5$"));
  await until(() => last() === "line 5");
  add(10, 6002);
  await until(() => last() === "line 6000");
  expect([first(), feed.buffer.last - feed.buffer.first, feed.status().skippedBytes]).toEqual(["line 5", 60, 0]);
});

test("another filter takes the place of the first", async () => {
  const { feed, until, last, first } = open(3000);
  feed.watch([], logPattern("line 1\\d$"));
  await until(() => first() === "line 10" && last() === "line 19");
  feed.watch([], logPattern("LINE 2\\d$"));
  await until(() => feed.status().isLive && last() === undefined);
  feed.watch([]);
  await until(() => last() === "line 2999");
});

test("passes over nothing while somebody reads", async () => {
  const { feed, add, until, last } = open(10);
  feed.watch([]);
  await until(() => last() === "line 9");
  feed.setFollowing(false);
  add(10, 3000);
  await until(() => last() === "line 2999");
  expect([feed.status().skippedBytes, feed.buffer.last - feed.buffer.first]).toEqual([0, 2999]);
});

test("reads the oldest lines on demand, then forward to the newest, and is live again", async () => {
  const { feed, add, until, first, last } = open(900);
  feed.watch([]);
  await until(() => last() === "line 899");
  feed.setFollowing(false);
  await feed.loadStart();
  expect([first(), last(), feed.status().isLive]).toEqual(["line 0", "line 499", false]);
  await feed.loadNewer();
  await until(() => last() === "line 899");
  expect(feed.status().isLive).toBe(true);
  add(900, 901);
  await until(() => last() === "line 900");
});

test("following again after that goes to the end", async () => {
  const { feed, until, last } = open(900);
  feed.watch([]);
  await until(() => last() === "line 899");
  feed.setFollowing(false);
  await feed.loadStart();
  feed.setFollowing(true);
  await until(() => last() === "line 899");
});

test("a line grows while it is written", async () => {
  const { client, feed, until, last } = open(1);
  feed.watch([]);
  await until(() => last() === "line 0");
  client.log(sampleLine("api#1", "50%", { offset: 5, isPartial: true }));
  await until(() => last() === "50%");
  client.log(sampleLine("api#1", "50% done", { offset: 5 }));
  await until(() => last() === "50% done");
  expect(feed.buffer.last - feed.buffer.first).toBe(1);
});

test("a quiet log is asked for once", async () => {
  const { client, feed, until, last } = open(1);
  feed.watch([]);
  await until(() => last() === "line 0");
  await vi.waitFor(() => expect(client.queries.length).toBe(2));
  expect(client.queries.map((q) => q.direction)).toEqual(["backward", "forward"]);
  expect(client.queries[1]).toMatchObject({ latest: true });
  expect(client.queries[1]?.waitMs).toBeGreaterThan(10_000);
});

test("says why it cannot read, and goes on when it can", async () => {
  const { client, feed, until, last } = open(3);
  client.disconnect("the daemon ended");
  feed.watch([]);
  await until(() => feed.status().problem === "the daemon ended");
  client.reconnect();
  await until(() => last() === "line 2");
  expect(feed.status().problem).toBeNull();
});

test("a quiet log that can be read again says so at once", async () => {
  const { client, feed, add, until, last } = open(10);
  feed.watch([]);
  await until(() => last() === "line 9");
  client.disconnect("the daemon ended");
  add(10, 11);
  await until(() => feed.status().problem === "the daemon ended");
  client.reconnect();
  await until(() => feed.status().problem === null);
  const asked = client.queries.length;
  add(11, 12);
  await until(() => last() === "line 11");
  expect(client.queries.length).toBeLessThan(asked + 4);
});
