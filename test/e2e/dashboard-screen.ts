import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import type { RealTerminal } from "../helpers/real-terminal.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";

type FleetSource = Parameters<typeof tempFleet>[0];

const listens = readFileSync(join(import.meta.dirname, "../../fixtures/programs/listens.mjs"), "utf8");

/**
 *   api ◄── web      worker ×2
 */
const trio = {
  "listens.mjs": listens,
  "api/service.yml": "run: node ../listens.mjs\nport: auto\n",
  "web/service.yml": "run: node ../listens.mjs\nport: auto\ndepends_on: [api]\n",
  "worker/service.yml": "run: node ../listens.mjs\nport: auto\nscale: 2\n",
};

/** A fleet of three services that start at once, unless told otherwise; taken down when the test ends. */
export function dashboardFleet(source: FleetSource = { files: trio }): TempFleet {
  const fleet = tempFleet(source);
  onTestFinished(async () => {
    await fleet.orchestra(["daemon", "stop"]);
  }, 30_000);
  return fleet;
}

/** Opens the dashboard on a fleet. */
export function openDashboard(
  fleet: TempFleet,
  size: [columns: number, rows: number],
  args: string[] = [],
): RealTerminal {
  return fleet.terminal(args, { columns: size[0], rows: size[1], env: { FLAKY_AFTER_MS: "600000" } });
}

/** The row of a service in the grid, without the frame around it; null where there is none. */
export function rowOf(text: string, service: string): string | null {
  const row = text.split("\n").find((line) => new RegExp(`^│[ ▸] \\S ${service} `).test(line));
  return row?.slice(1, -1).trim() ?? null;
}

/** A condition for `waitFor`: the rows of these services hold these words, in this order. */
export function rowsSay(wanted: Record<string, string>): (text: string) => boolean {
  return (text) =>
    Object.entries(wanted).every(([service, words]) => {
      const row = rowOf(text, service);
      return row !== null && isInOrder(row, words.split(" "));
    });
}

function isInOrder(text: string, words: string[]): boolean {
  let from = 0;
  return words.every((word) => {
    const at = text.indexOf(word, from);
    from = at + word.length;
    return at !== -1;
  });
}

export const trioIsReady = rowsSay({ api: "ready 1/1", web: "ready 1/1", worker: "ready 2/2" });

/**
 * Waits until the screen is a frame of the dashboard and nothing else: every row is one that belongs where it stands. What is left over from
 * an earlier picture stays, since only what has changed is written; so it fails this for good.
 */
export function waitForFrame(terminal: RealTerminal, columns: number, rows: number): Promise<void> {
  return terminal.waitFor((text) => isFrame(text, columns, rows), { what: "one whole frame", limitMs: 5000 });
}

function isFrame(text: string, columns: number, rows: number): boolean {
  const screen = text.split("\n").map((row) => row.trimEnd());
  const grid = screen.findIndex((row) => row.startsWith("╰"));
  // A card about a broken build stands between the selection's line and the log.
  const hasCard = screen[grid + 2]?.startsWith("╭") === true;
  const top = hasCard ? screen.findIndex((row, index) => index > grid + 2 && row.startsWith("╰")) : grid + 1;
  const belongs = (row: string, index: number) => {
    if (index === 0) return /^ ♪ \S+ .* up \S+$/.test(row);
    if (index <= grid) return row.length === columns && /^[╭│╰].*[╮│╯]$/.test(row);
    if (index === grid + 1) return /^ [›✗] /.test(row);
    if (index <= top) return row.length === columns && /^[╭│╰].*[╮│╯]$/.test(row);
    if (index === top + 1) return /^─ All │ .* follow ▼$/.test(row) && row.length <= columns;
    if (index === top + 2 && /^ (reading…|No output yet\.)$/.test(row)) return true;
    if (index === rows - 1) return /^ s start .* q quit$/.test(row);
    return /^$|^ (\d\d:\d\d:\d\d\S* )?\S+#\d+ +[│╵┃]/.test(row);
  };
  return screen.length === rows && grid > 1 && screen.every(belongs);
}

/** What `orchestra ps --json` says. */
export async function ps(fleet: TempFleet): Promise<PsJson> {
  const { code, stdout } = await fleet.orchestra(["ps", "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as PsJson;
}

/** The process of each replica that has one, by its id. */
export async function pids(fleet: TempFleet): Promise<Record<string, number>> {
  const { services } = await ps(fleet);
  const entries = services
    .flatMap((s) => s.replicas)
    .flatMap(({ id, pid }) => (pid === null ? [] : [[id, pid] as const]));
  return Object.fromEntries(entries);
}

/** The dashboard has ended, with this exit code, and the terminal is as it was found. */
export async function expectLeft(terminal: RealTerminal, code: number): Promise<void> {
  expect(await terminal.exited).toMatchObject({ code });
  expect(terminal.modes()).toEqual({
    isAlternateScreen: false,
    isCursorHidden: false,
    isBracketedPaste: false,
    isWrapping: true,
    mouse: "none",
  });
  expect(terminal.text()).not.toMatch(/[╭╰♪]/);
}
