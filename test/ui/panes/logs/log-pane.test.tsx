import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import type { FleetSnapshot } from "../../../../src/model/snapshot.ts";
import { displayWidth } from "../../../../src/ui/text/display-width.ts";
import { drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import { sampleFleet, sampleLine, sampleReplica, sampleService } from "../../../helpers/fleet-samples.ts";
import type { SizedRender } from "../../../helpers/sized-render.tsx";

interface Opened {
  client: FakeClient;
  screen: SizedRender;
  written: string[];
  /** Contents of the files that were given to the pager. */
  viewed: string[];
  press(...keys: string[]): void;
}

function shop(): FleetSnapshot {
  return sampleFleet([
    sampleService("catalog"),
    sampleService("gateway", { replicas: [sampleReplica("gateway", 1), sampleReplica("gateway", 2)] }),
    sampleService("orders"),
  ]);
}

function open(columns = 120, rows = 30, snapshot = shop(), prepare: (client: FakeClient) => void = () => {}): Opened {
  const client = new FakeClient(snapshot);
  prepare(client);
  const written: string[] = [];
  const viewed: string[] = [];
  const { screen } = drawDashboard(client, {
    size: [columns, rows],
    outlet: {
      write: (codes) => written.push(codes),
      view: async (path) => {
        viewed.push(readFileSync(path, "utf8"));
      },
    },
  });
  const press = (...keys: string[]) => {
    for (const key of keys) screen.press(key);
  };
  return { client, screen, written, viewed, press };
}

function numbered(client: FakeClient, from: number, to: number, text = (i: number) => `line ${i}.`): void {
  client.log(
    ...Array.from({ length: to - from }, (_, i) => sampleLine("orders#1", text(from + i), { offset: from + i })),
  );
}

/** The row of the tabs. */
function tabRow(screen: SizedRender): string {
  return screen.rows().find((row) => / All /.test(row) && /follow|scrolled/.test(row)) ?? "";
}

function copied(written: string[]): string {
  const code = /^\x1b\]52;c;([A-Za-z0-9+/=]*)\x07$/.exec(written.at(-1) ?? "")?.[1] ?? "";
  return Buffer.from(code, "base64").toString("utf8");
}

describe("searching", () => {
  test("asks at the bottom of the pane, marks what matches while it is typed, and jumps to the newest match", async () => {
    const { client, screen, press } = open();
    numbered(client, 0, 300, (i) => (i % 100 === 7 ? `needle ${i}.` : `line ${i}.`));
    await screen.until("line 299.");
    press("\t", "/");
    await screen.until(/^ \/ *$/m);
    press("needle");
    await screen.until(/^ \/needle/m);
    press("\r");
    await screen.until("needle 207.");
    await vi.waitFor(() => expect(tabRow(screen)).toMatch(/\/needle 1 of 3 .*scrolled/));
    expect(screen.raw()).toMatch(/\x1b\[7m[^l]*needle/);
    press("n");
    await screen.until("needle 107.");
    expect(tabRow(screen)).toContain("2 of 3");
    press("nn");
    await screen.until('no match for "needle" further up');
    expect(tabRow(screen)).toContain("3 of 3");
    press("NN");
    await screen.until("needle 207.");
    expect(tabRow(screen)).toContain("1 of 3");
  });

  test("goes on over the history on disk, and comes back to the newest lines", async () => {
    const { client, screen, press } = open(120, 30, shop(), (c) => {
      c.searchedLines = 700;
    });
    numbered(client, 0, 9000, (i) => (i === 50 || i === 8990 ? `needle ${i}.` : `line ${i}.`));
    await screen.until("line 8999.");
    press("\t", "/", "needle", "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 of 2"));
    press("n");
    await screen.until("needle 50.");
    await screen.until("line 45.");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("2 of 2"));
    press("N");
    await screen.until("needle 8990.");
    press("G");
    await screen.until("line 8999.");
    expect(tabRow(screen)).toContain("follow");
  });

  test("keys work while it looks through a long history, and esc ends that", async () => {
    const { client, screen, press } = open(120, 30, shop(), (c) => {
      c.searchedLines = 1;
    });
    numbered(client, 0, 20_000, (i) => (i === 0 ? "needle" : `line ${i}.`));
    await screen.until("line 19999.");
    press("\t", "/", "needle", "\r");
    await screen.until(/searching…/);
    press("w");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("wrap"));
    press("\x1b");
    await vi.waitFor(() => expect(tabRow(screen)).not.toContain("needle"));
    await client.close();
    const asked = client.queries.length;
    await screen.until("wrap");
    expect(client.queries.length - asked).toBeLessThan(5);
  });

  test("counts up to a thousand", async () => {
    const { client, screen, press } = open();
    numbered(client, 0, 3000);
    await screen.until("line 2999.");
    press("\t", "/", "line", "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 of 1000+"));
  });

  test.each([
    ["error", "an ERROR"],
    ["\\S+ed", "got Connected"],
  ])("%s finds %j: capitals count only where there are some", async (typed, text) => {
    const { client, screen, press } = open();
    client.log(sampleLine("orders#1", text));
    await screen.until(text);
    press("\t", "/", typed, "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 of 1"));
  });

  test("an expression with a capital does not find small letters", async () => {
    const { client, screen, press } = open();
    client.log(sampleLine("orders#1", "an error"));
    await screen.until("an error");
    press("\t", "/", "Error", "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("no match"));
  });

  test("what is no expression is said to be none while it is typed, and looked for as it stands", async () => {
    const { client, screen, press } = open();
    client.log(sampleLine("orders#1", "call f(x"));
    await screen.until("call f(x");
    press("\t", "/", "f(");
    await screen.until(/unterminated group: as plain text/);
    press("\r");
    await vi.waitFor(() => expect(tabRow(screen)).toMatch(/\/f\( \(as text\) 1 of 1/));
  });

  test("keys that are typed are no commands; backspace in an empty prompt and esc leave it", async () => {
    const { client, screen, press } = open();
    await screen.until("catalog");
    press("\t", "/", "qxsr", "\x7f", "\x15");
    await screen.until(/^ \/ *$/m);
    press("\x7f");
    await screen.until((t) => !/^ \/ *$/m.test(t));
    press("/", "x", "\x1b");
    await screen.until((t) => !/^ \/x/m.test(t));
    expect(client.commands).toEqual([]);
  });

  test("a paste goes into the prompt, in one line, and is no command outside of it", async () => {
    const { client, screen, press } = open();
    await screen.until("catalog");
    press("\x1b[200~xsr\x1b[201~", "\t", "/", "\x1b[200~one\ntwo\x1b[31m\x1b[201~");
    await screen.until(/^ \/one two/m);
    expect(client.commands).toEqual([]);
    expect(screen.raw()).not.toContain("two\x1b[31m");
  });

  test("marks keep the colours of the service around them", async () => {
    const { client, screen, press } = open();
    client.log(sampleLine("orders#1", "\x1b[32mgreen needle green\x1b[0m plain"));
    await screen.until("green needle green");
    press("\t", "/", "needle", "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 of 1"));
    expect(screen.text()).toContain("green needle green plain");
    expect(screen.raw()).toMatch(/\x1b\[32mgreen /);
  });
});

describe("filtering", () => {
  test("asks for an expression, shows only what matches, old and new, and all again", async () => {
    const { client, screen, press } = open(120, 30, shop(), (c) => {
      c.searchedLines = 200;
    });
    numbered(client, 0, 2000, (i) => (i % 500 === 3 ? `needle ${i}.` : `line ${i}.`));
    await screen.until("line 1999.");
    press("f");
    await screen.until("only lines with:");
    press("needle", "\r");
    await screen.until((t) => ["needle 3.", "needle 1503."].every((part) => t.includes(part)));
    expect(screen.text()).not.toContain("line 1999.");
    expect(tabRow(screen)).toContain("only needle");
    numbered(client, 2000, 2010, (i) => (i === 2005 ? `needle ${i}.` : `line ${i}.`));
    await screen.until("needle 2005.");
    expect(screen.text()).not.toContain("line 2004.");
    press("f");
    await screen.until("line 2009.");
  });

  test("takes what is searched for, and belongs to its tab", async () => {
    const { client, screen, press } = open();
    numbered(client, 0, 30, (i) => (i === 3 ? "needle" : `line ${i}.`));
    await screen.until("line 29.");
    press("\t", "/", "needle", "\r", "f");
    await screen.until((t) => t.includes("only needle") && !t.includes("line 29."));
    press("\x1b[C");
    await screen.until((t) => !t.includes("only needle"));
    press("\x1b[D");
    await screen.until((t) => t.includes("only needle") && !t.includes("line 29."));
  });

  test("says that nothing matches", async () => {
    const { client, screen, press } = open();
    numbered(client, 0, 30);
    await screen.until("line 29.");
    press("f", "nothing like it", "\r");
    await screen.until("No line matches nothing like it; f shows all lines.");
  });

  test("a search in it finds only what is shown", async () => {
    const { client, screen, press } = open();
    numbered(client, 0, 60, (i) => `${i % 10 === 0 ? "ERROR" : "info"} ${i % 20 === 0 ? "Even" : "odd"} ${i}.`);
    await screen.until("odd 59.");
    press("f", "error", "\r");
    await screen.until((t) => t.includes("ERROR odd 50.") && !t.includes("info"));
    press("/", "Even", "\r");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 of 3"));
  });
});

describe("selecting and copying", () => {
  test("copies the shown lines whole, without what is ours", async () => {
    const { client, screen, press, written } = open(80, 24);
    const long = `\x1b[31m${"0123456789".repeat(30)}\x1b[0m\x1b[2J!`;
    client.log(
      sampleLine("orders#1", "run 1", { kind: "run" }),
      sampleLine("orders#1", long, { offset: 1 }),
      sampleLine("orders#1", "second", { offset: 2 }),
    );
    await screen.until("second");
    press("c");
    await screen.until("copied 2 lines to the terminal's clipboard");
    expect(copied(written)).toBe(`${"0123456789".repeat(30)}!\nsecond\n`);
  });

  test("selects lines from the bottom upwards, over more than the screen, and leaves the selection", async () => {
    const { client, screen, press, written } = open();
    numbered(client, 0, 300);
    await screen.until("line 299.");
    press("v");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("1 selected"));
    expect(screen.raw()).toMatch(/\x1b\[7m[^\n]*line 299\./);
    press("kk");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("3 selected"));
    press("c");
    await screen.until("copied 3 lines");
    expect(copied(written)).toBe("line 297.\nline 298.\nline 299.\n");
    expect(tabRow(screen)).not.toContain("selected");
    press("v", "g");
    await screen.until("line 0.");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("300 selected"));
    press("\x1b");
    await vi.waitFor(() => expect(tabRow(screen)).not.toContain("selected"));
  });

  test("says how much a terminal takes", async () => {
    const { client, screen, press, written } = open();
    numbered(client, 0, 300, (i) => `line ${i}. ${"x".repeat(1000)}`);
    await screen.until("line 299.");
    press("v", "g");
    await vi.waitFor(() => expect(tabRow(screen)).toContain("300 selected"));
    press("c");
    await screen.until(/copied the last 7\d of 300 lines: a terminal takes 74 kB/);
    expect(written.at(-1)?.length).toBeLessThan(100_000);
    expect(copied(written)).toContain("line 299.");
  });
});

describe("the tabs", () => {
  test("a pinned service keeps its tab when another one is selected, and the log stays on it", async () => {
    const { client, screen, press } = open();
    client.log(sampleLine("catalog#1", "from catalog"), sampleLine("orders#1", "from orders"));
    await screen.until("from orders");
    press("i");
    await screen.until("catalog keeps a tab");
    press("j");
    await vi.waitFor(() => expect(tabRow(screen)).toMatch(/All │ gateway │ #1 │ #2 │ catalog/));
    press("\x1b[C", "\x1b[C", "\x1b[C", "j");
    await vi.waitFor(() => expect(tabRow(screen)).toMatch(/All │ orders │ catalog/));
    await screen.until((t) => t.includes("from catalog") && !t.includes("from orders"));
  });

  test.each([40, 60, 80, 200])("fit into %d columns with the shown one among them", async (columns) => {
    const many = Array.from({ length: 12 }, (_, i) => sampleService(`service-${i}`));
    const { client, screen, press } = open(columns, 24, sampleFleet(many));
    numbered(client, 0, 5);
    await screen.until("service-0");
    for (let i = 0; i < 11; i += 1) press("i", "j");
    press(...Array.from({ length: 30 }, () => "\x1b[C"));
    await screen.until(/ service-10 (…|─)/);
    for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
  });

  test("leave room for the count of matches on a narrow screen", async () => {
    const { client, screen, press } = open(40, 12);
    numbered(client, 0, 100, (i) => (i % 10 === 3 ? `needle ${i}.` : `line ${i}.`));
    await screen.until("line 99.");
    press("\t", "/", "needle", "\r");
    await screen.until(/All .* \/needle 1 of 10 +▲/);
  });

  test("say how fast lines come", async () => {
    const { client, screen } = open();
    numbered(client, 0, 10);
    await screen.until("line 9.");
    numbered(client, 10, 4000);
    await screen.until("line 3999.");
    await vi.waitFor(() => expect(tabRow(screen)).toMatch(/[34]\.\dk lines\/s .*kB skipped, kept on disk/));
    await screen.until((t) => !t.includes("lines/s"));
  });
});

test("the whole log of a tab goes to the pager", async () => {
  const { client, screen, press, viewed } = open();
  numbered(client, 0, 12_000, (i) => `\x1b[31mline ${i}.\x1b]0;evil\x07`);
  await screen.until("line 11999.");
  press("e");
  await vi.waitFor(() => expect(viewed.length).toBe(1));
  const lines = (viewed[0] ?? "").trimEnd().split("\n");
  expect(lines.length).toBe(12_000);
  expect(lines[0]).toMatch(/^12:01:02\.113 orders#1 \| line 0\.$/);
});

test("a run that ended badly stands out, one that was told to end does not", async () => {
  const { client, screen } = open();
  client.log(
    sampleLine("orders#1", "run 1 ended: exit 3", { kind: "run", offset: 1 }),
    sampleLine("orders#1", "run 2 ended: SIGTERM", { kind: "run", offset: 2, generation: 2 }),
  );
  await screen.until("run 2 ended: SIGTERM");
  expect(screen.raw()).toMatch(/\x1b\[31m── run 1 ended: exit 3 ──/);
  expect(screen.raw()).toMatch(/\x1b\[2m── run 2 ended: SIGTERM ──/);
});
