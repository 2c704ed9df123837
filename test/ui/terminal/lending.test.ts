import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { keys, RealTerminal } from "../../helpers/real-terminal.ts";
import { tempFleet } from "../../helpers/temp-fleet.ts";

const program = fileURLToPath(new URL("../fixtures/dashboard-program.ts", import.meta.url));

/** The dashboard, with a pager that is this script; `$1` is the file. */
function open(script: string | null): { terminal: RealTerminal; said: () => string; logs: () => string[] } {
  const folder = tempFleet({ files: { said: "", "tmp/.keep": "" } });
  const pager = folder.path("pager");
  if (script !== null) {
    writeFileSync(pager, `#!/bin/sh\nsaid='${folder.path("said")}'\n${script}\n`);
    chmodSync(pager, 0o755);
  }
  const terminal = RealTerminal.start({
    command: process.execPath,
    args: [program],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, PAGER: pager, TMPDIR: folder.path("tmp") },
  });
  return {
    terminal,
    said: () => readFileSync(folder.path("said"), "utf8"),
    logs: () => readdirSync(folder.path("tmp")).filter((name) => name.includes("log")),
  };
}

/** All of the dashboard is drawn again, and nothing of the pager is left. */
function isBack(terminal: RealTerminal): Promise<void> {
  const isWhole = (text: string) =>
    /^ ♪ shop[\s\S]*hello from api[\s\S]*\? keys/.test(text) && !text.includes("viewing");
  return terminal.waitFor(isWhole, { what: "the dashboard" });
}

const waits = 'echo "viewing: $(cat "$1")"; read answer; echo "$answer" > "$said"; stat -c %a "$1" >> "$said"';

describe("a pager", () => {
  test("has the terminal and all keys for itself, and the dashboard comes back whole", async () => {
    const { terminal, said } = open(waits);
    await terminal.waitFor("hello from api");
    terminal.press("e");
    await terminal.waitFor(/viewing: \S+ api#1 \| hello from api/);
    expect(terminal.modes()).toMatchObject({
      isAlternateScreen: false,
      isCursorHidden: false,
      isBracketedPaste: false,
      isWrapping: true,
    });
    terminal.press("qqq quit");
    terminal.press(keys.enter);
    await isBack(terminal);
    expect(said()).toBe("qqq quit\n600\n");
    expect(terminal.modes()).toMatchObject({ isAlternateScreen: true, isCursorHidden: true });
    terminal.press("?");
    await terminal.waitFor("Everywhere");
    terminal.press("?");
    await isBack(terminal);
  });

  test("that takes ctrl-c does not end the dashboard", async () => {
    const { terminal } = open('trap "" INT; echo "viewing"; read answer');
    await terminal.waitFor("hello from api");
    terminal.press("e");
    await terminal.waitFor("viewing");
    terminal.press(keys.ctrlC);
    terminal.press(keys.enter);
    await isBack(terminal);
  });

  test("is not in the way of a resize", async () => {
    const { terminal } = open(waits);
    await terminal.waitFor("hello from api");
    terminal.press("e");
    await terminal.waitFor("viewing");
    terminal.resize(140, 40);
    await terminal.waitFor("viewing");
    terminal.press(keys.enter);
    await isBack(terminal);
    await terminal.waitFor((text) => (text.split("\n")[0]?.length ?? 0) > 120, { what: "the new width" });
  });

  test("is ended with the dashboard", async () => {
    const { terminal, said, logs } = open(
      'trap "echo ended > \\"$said\\"; exit" TERM; echo "viewing"; while :; do sleep 0.05; done',
    );
    await terminal.waitFor("hello from api");
    terminal.press("e");
    await terminal.waitFor("viewing");
    terminal.signal("SIGTERM");
    await terminal.waitFor("ended ");
    expect((await terminal.exited).code).toBe(0);
    expect([said(), logs()]).toEqual(["ended\n", []]);
    expect(terminal.modes()).toMatchObject({
      isAlternateScreen: false,
      isCursorHidden: false,
      isBracketedPaste: false,
    });
  });

  test("that is not there is a message", async () => {
    const { terminal } = open(null);
    await terminal.waitFor("hello from api");
    terminal.press("e");
    await terminal.waitFor("cannot be run");
    await terminal.waitFor("hello from api");
  });
});

test("c puts the shown lines into the terminal's clipboard", async () => {
  const { terminal } = open(waits);
  await terminal.waitFor("hello from api");
  terminal.press("c");
  await terminal.waitFor("copied 1 line");
  expect(terminal.clipboard()).toBe("hello from api\n");
});
