import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { keys, RealTerminal } from "../helpers/real-terminal.ts";

const program = fileURLToPath(new URL("fixtures/dashboard-program.ts", import.meta.url));

function open(trouble = "none", fleet = "running", size: { columns?: number; rows?: number } = {}): RealTerminal {
  return RealTerminal.start({
    command: process.execPath,
    args: [program, trouble, fleet],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: process.env,
    ...size,
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
  expect(text).not.toContain("Services");
  const said: unknown = JSON.parse(text.slice(text.indexOf("ended ") + 6).replaceAll("\n", ""));
  expect(said).toMatchObject({ isRaw: false, ...ended });
}

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
    // The whole frame, and nothing but it: each row at its place, in its full width.
    await terminal.waitFor((text) => {
      const screen = text.split("\n");
      const frame = screen.slice(1, screen.findIndex((row) => row.startsWith("╰")) + 1);
      const isWhole = frame.length >= 3 && frame.every((row) => row.length === columns);
      const isOnce =
        screen.filter((row) => row.includes("♪")).length === 1 && text.split("hello from api").length === 2;
      return screen.length === rows && screen[0]?.includes("♪") === true && isWhole && isOnce && /quit$/.test(text);
    });
  }
});

test("a key is on the screen soon after it was pressed", async () => {
  const terminal = open();
  await terminal.waitFor("▸ ● api");
  terminal.press("jk".repeat(20));
  terminal.press("j");
  await terminal.waitFor("▸ ● web");
});
