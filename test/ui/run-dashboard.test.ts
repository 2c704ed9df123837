import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { keys, RealTerminal } from "../helpers/real-terminal.ts";

const program = fileURLToPath(new URL("fixtures/dashboard-program.ts", import.meta.url));

function open(
  trouble = "none",
  fleet = "running",
  options: Partial<Parameters<typeof RealTerminal.start>[0]> = {},
): RealTerminal {
  return RealTerminal.start({
    command: process.execPath,
    args: [program, trouble, fleet],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: process.env,
    ...options,
  });
}

/** The program has ended by itself, the terminal is as it was found, and what the program says comes after that. */
async function expectEnded(terminal: RealTerminal, ended: object): Promise<void> {
  await terminal.waitFor("ended ");
  expect((await terminal.exited).code).toBe(0);
  expect(terminal.modes()).toMatchObject({
    isAlternateScreen: false,
    isCursorHidden: false,
    isBracketedPaste: false,
    isWrapping: true,
  });
  const text = terminal.text();
  expect(text).toMatch(/^before\nended /);
  const said: unknown = JSON.parse(text.slice(text.indexOf("ended ") + 6).replaceAll("\n", ""));
  expect(said).toMatchObject({ isRaw: false, ...ended });
}

describe("the background of the terminal", () => {
  const brand = (terminal: RealTerminal) => terminal.cell(1, 0).foreground;
  const onDark = "#d787d7";
  const onLight = "#a0208f";

  test.each([
    ["rgb:fdfd/f6f6/e3e3", onLight],
    ["rgb:0000/2b2b/3636", onDark],
  ])("%s has the colours that can be read on it", async (color, expected) => {
    const terminal = open("none", "running", { background: { color, afterMs: 0 } });
    await terminal.waitFor("hello from api");
    await terminal.waitFor(() => brand(terminal) === expected, { what: `the brand in ${expected}` });
  });

  test("is dark for a terminal that does not tell", async () => {
    const terminal = open("none", "stopped");
    await terminal.waitFor("hello from api");
    expect(brand(terminal)).toBe(onDark);
  });

  test("is no key, and changes nothing, where it is told late", async () => {
    const terminal = open("none", "running", { background: { color: "rgb:ffff/ffff/ffff", afterMs: 4000 } });
    await terminal.waitFor("hello from api");
    terminal.press("/");
    await terminal.waitFor("2 of 2");
    await terminal.toldBackground;
    terminal.press("z");
    await terminal.waitFor(/^ \/z .*nothing matches/m);
    expect(terminal.text()).not.toMatch(/rgb|ffff|11;/);
    expect(brand(terminal)).toBe(onDark);
  });

  test("is waited for where the user leaves at once", async () => {
    const terminal = open("none", "stopped", { background: { color: "rgb:ffff/ffff/ffff", afterMs: 100 } });
    await terminal.waitFor("shop");
    terminal.press("q");
    await expectEnded(terminal, { kind: "nothing-ran" });
  });

  test("is not asked for without colours", async () => {
    const terminal = open("none", "stopped", {
      background: { color: "rgb:ffff/ffff/ffff", afterMs: 0 },
      env: { ...process.env, NO_COLOR: "1" },
    });
    await terminal.waitFor("hello from api");
    expect(brand(terminal)).toBeNull();
  });
});

describe("the dashboard gives the terminal back", () => {
  test("when the user leaves", async () => {
    const terminal = open();
    await terminal.waitFor("hello from api");
    expect(terminal.modes()).toMatchObject({ isAlternateScreen: true, isCursorHidden: true });
    terminal.press("q");
    await terminal.waitFor("Quit shop");
    terminal.press(keys.right);
    await terminal.waitFor("the services go on");
    terminal.press(keys.enter);
    await expectEnded(terminal, { kind: "left-running" });
  });

  test("when the user leaves and nothing runs", async () => {
    const terminal = open("none", "stopped");
    await terminal.waitFor("hello from api");
    terminal.press("q");
    await expectEnded(terminal, { kind: "nothing-ran" });
  });

  test("when all is stopped", async () => {
    const terminal = open();
    await terminal.waitFor("hello from api");
    terminal.press(keys.ctrlC);
    await terminal.waitFor("Stops every service");
    terminal.press(keys.enter);
    await expectEnded(terminal, { kind: "stopped" });
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("on %s", async (signal) => {
    const terminal = open();
    await terminal.waitFor("hello from api");
    terminal.signal(signal);
    await expectEnded(terminal, { kind: "interrupted", signal });
  });

  test.each([
    ["throw", /null/],
    ["reject", /nobody catches this/],
    ["exception", /nobody catches this/],
  ])("on our own bug: %s", async (trouble, message) => {
    const terminal = open(trouble);
    await terminal.waitFor("hello from api");
    terminal.press("s");
    await expectEnded(terminal, { kind: "interrupted", message: expect.stringMatching(message) });
  });
});

describe("after the window was resized, the main screen is as it was", () => {
  const small = [80, 24] as const;
  const large = [200, 60] as const;
  const ways: [string, (terminal: RealTerminal) => Promise<void>, object][] = [
    ["stop all", (t) => quit(t, "Stops every service"), { kind: "stopped" }],
    ["leave running", (t) => quit(t, "the services go on", keys.right), { kind: "left-running" }],
    ["SIGTERM", async (t) => t.signal("SIGTERM"), { kind: "interrupted", signal: "SIGTERM" }],
  ];
  const cases = [[small], [large], [small, large], [large, small]].flatMap((sizes) =>
    ways.map(([way, leave, ended]) => ({ title: `${sizes.join(" ")}, ${way}`, sizes, leave, ended })),
  );

  test.each(cases)("$title", async ({ sizes, leave, ended }) => {
    const terminal = open("none", "running", { columns: 120, rows: 36 });
    await terminal.waitFor("hello from api");
    for (const [columns, rows] of sizes) {
      terminal.resize(columns, rows);
      await terminal.waitFor((text) => isWhole(text, columns, rows));
    }
    await leave(terminal);
    await expectEnded(terminal, ended);
  });

  async function quit(terminal: RealTerminal, shown: string, ...moves: string[]): Promise<void> {
    terminal.press("q");
    await terminal.waitFor("Quit shop");
    terminal.press(moves.join(""));
    await terminal.waitFor(shown);
    terminal.press(keys.enter);
  }
});

test("what others write to stderr stays off the screen, and follows after it", async () => {
  const terminal = open("noise", "running", { columns: 100, rows: 30 });
  await terminal.waitFor("hello from api");
  terminal.press("s");
  terminal.press("t");
  await terminal.waitFor((text) => / {2}api#1 +│ hello from api|^ api#1/m.test(text));
  expect(isWhole(terminal.text(), 100, 30)).toBe(true);
  terminal.signal("SIGTERM");
  await terminal.waitFor("ended ");
  await terminal.exited;
  expect(terminal.text()).toMatch(/^before\nthis is only a line\n.*Warning: this is only a warning\n(.*\n)*ended /);
});

test("resizing leaves no debris", async () => {
  const terminal = open("none", "running", { columns: 120, rows: 36 });
  await terminal.waitFor("hello from api");
  for (const [columns, rows] of [
    [80, 24],
    [200, 60],
    [60, 12],
    [100, 40],
    [41, 11],
    [39, 9],
    [80, 24],
  ] as const) {
    terminal.resize(columns, rows);
    if (columns < 40) {
      await terminal.waitFor((text) => text === `Too small: ${columns}x${rows}, needs 40x10`);
      continue;
    }
    await terminal.waitFor((text) => isWhole(text, columns, rows));
  }
});

/** The whole frame, and nothing but it: each row at its place, in its full width. */
function isWhole(text: string, columns: number, rows: number): boolean {
  const screen = text.split("\n");
  const frame = screen.slice(1, screen.findIndex((row) => row.startsWith("╰")) + 1);
  const isFull = frame.length >= 3 && frame.every((row) => row.length === columns);
  const isOnce = screen.filter((row) => row.includes("♪")).length === 1 && text.split("hello from api").length === 2;
  return screen.length === rows && screen[0]?.includes("♪") === true && isFull && isOnce && /quit$/.test(text);
}

test("a key is on the screen soon after it was pressed", async () => {
  const terminal = open();
  await terminal.waitFor("▸ ● api");
  terminal.press("jk".repeat(20));
  terminal.press("j");
  await terminal.waitFor("▸ ● web");
});
