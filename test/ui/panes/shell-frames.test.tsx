import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/lib/clock.ts";
import type { Diagnostic } from "../../../src/model/diagnostic.ts";
import type { ReplicaSnapshot } from "../../../src/model/replica.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { FirstRunSession } from "../../../src/ui/first-run-session.ts";
import { defaultKeys, type KeyTable, rebind } from "../../../src/ui/keys/rebind.ts";
import { FirstRunScreen } from "../../../src/ui/panes/welcome/FirstRunScreen.tsx";
import type { FleetDoor, OpenedFleet, Opening, Trouble } from "../../../src/ui/state/first-run.ts";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { type DrawnDashboard, drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import {
  sampleFleet,
  sampleInspection,
  sampleLine,
  sampleReplica,
  sampleService,
} from "../../helpers/fleet-samples.ts";
import { type SizedRender, sizedRender } from "../../helpers/sized-render.tsx";
import { waitUntil } from "../../helpers/wait-until.ts";

const sizes: [columns: number, rows: number][] = [
  [40, 10],
  [80, 24],
  [120, 36],
  [300, 100],
];
const failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms" } as const;
const down = "\x1b[B";
const right = "\x1b[C";
const ctrlP = "\x10";

interface OpenOptions {
  size?: [columns: number, rows: number];
  env?: Record<string, string>;
  keys?: KeyTable;
  startDaemon?: () => Promise<string | null>;
  mistakes?: Diagnostic[];
}

function open(snapshot: FleetSnapshot, options: OpenOptions = {}): DrawnDashboard {
  const client = new FakeClient(snapshot);
  for (const { id } of snapshot.services.flatMap((s) => s.replicas)) client.inspections.set(id, sampleInspection(id));
  const { size = [100, 30], ...others } = options;
  return drawDashboard(client, { size, ...others });
}

const strat: Diagnostic = {
  severity: "error",
  code: "unknown-binding",
  message: 'there is no key binding "strat"',
  location: { file: "~/.config/orchestra/config.yml", line: 2, column: 3, length: 5, excerpt: "  strat: S" },
  hint: 'did you mean "start"?',
};

function shop(): FleetSnapshot {
  return sampleFleet([
    sampleService("api", { replicas: [1, 2].map((i) => sampleReplica("api", i)) }),
    sampleService("orders", {
      replicas: [
        sampleReplica("orders", 1, {
          state: { phase: "backoff", retryAt: Date.now() + 60_000, failure },
          failure,
          generation: 3,
        }),
      ],
    }),
  ]);
}

function expectWhole(screen: SizedRender, [columns, rows]: [number, number]): void {
  expect(screen.rows().length).toBe(rows);
  for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
}

/** Selects a service by name, wherever it is in the grid. */
async function select(screen: SizedRender, name: string): Promise<void> {
  await screen.until(name);
  const isSelected = () => new RegExp(`▸ \\S ${name} `).test(screen.text());
  screen.press("g");
  for (let i = 0; i < 5 && !isSelected(); i++) screen.press("j");
  await screen.until(new RegExp(`▸ \\S ${name} `));
}

describe.each(sizes)("at %d×%d", (columns, rows) => {
  test("palette and details fill the screen and no more", async () => {
    const size: [number, number] = [columns, rows];
    const { screen } = open(shop(), { size });
    await screen.until("orders");
    screen.press(ctrlP);
    await screen.until("Commands");
    expectWhole(screen, size);
    for (const key of [down, "\x1b[A", "zzzz"]) {
      screen.press(key);
      expectWhole(screen, size);
    }
    await screen.until("no command of that name");
    expectWhole(screen, size);
    screen.press("\x1b");
    await screen.until((t) => !t.includes("Commands"));
    screen.press("\r");
    await screen.until("Details: ");
    for (const key of ["j", " ", "g", "\t", "v", right]) {
      screen.press(key);
      expectWhole(screen, size);
    }
    await waitUntil("the last row", () => {
      screen.press("G");
      return screen.text().includes("HOME");
    });
    expectWhole(screen, size);
  });

  test("what is shown before there is a fleet fills the screen and no more", async () => {
    const size: [number, number] = [columns, rows];
    const { screen } = openFirstRun(brokenConfig, { size });
    await screen.until("mistake");
    expectWhole(screen, size);
    screen.press("jjj");
    expectWhole(screen, size);
  });
});

describe("the palette", () => {
  test("does what a key does, found by its name", async () => {
    const { client, screen } = open(shop());
    await select(screen, "api");
    screen.press(ctrlP);
    await screen.until("Commands");
    screen.press("rest");
    await screen.until(/▸ restart +r/);
    screen.press("\r");
    await screen.until((t) => !t.includes("Commands"));
    expect(client.commands).toMatchObject([{ command: { kind: "restart", select: { names: ["api"] } } }]);
  });

  test("opens what a key opens", async () => {
    const { screen } = open(shop());
    await screen.until("api");
    screen.press(`${ctrlP}`);
    screen.press("these keys");
    screen.press("\r");
    await screen.until("Everywhere");
  });

  test("says that there is no such command", async () => {
    const { screen } = open(shop());
    await screen.until("api");
    screen.press(ctrlP);
    screen.press("zzzz");
    await screen.until("no command of that name");
  });
});

describe("the user's own keys", () => {
  test("work, and stand in footer, help and palette", async () => {
    const { client, screen } = open(shop(), {
      size: [200, 60],
      keys: rebind({ stop: ["ctrl-x"], restart: ["ctrl-r"] }).table,
    });
    await screen.until("ctrl-r restart");
    screen.press("\x12");
    await waitUntil("a command", () => client.commands.length === 1);
    expect(client.commands[0]?.command.kind).toBe("restart");
    screen.press("?");
    await screen.until(/ctrl-r +restart/);
    screen.press("?");
    screen.press(ctrlP);
    await screen.until(/restart +ctrl-r/);
  });
});

describe("mistakes in the user's own settings", () => {
  const place = "~/.config/orchestra/config.yml:2:3";
  const whole = ` ✗ 1 mistake in your settings  ${place} ${strat.message} (${strat.hint})  esc hides this`;

  test.each<[columns: number, rows: number, text: string]>([
    [40, 10, " ✗ settings  config.yml:2:3 there is no…"],
    [80, 24, whole],
    [120, 36, whole],
  ])("are told at %d×%d until the user has seen enough of them", async (columns, rows, text) => {
    const { screen } = open(shop(), { size: [columns, rows], mistakes: [strat] });
    const told = (t: string) =>
      t.split("\n").slice(1, 3).join("").replace(/ +/g, " ").startsWith(text.replace(/ +/g, " "));
    await screen.until(told);
    expectWhole(screen, [columns, rows]);
    screen.press("\x1b");
    await screen.until((t) => !t.includes("settings"));
    expectWhole(screen, [columns, rows]);
  });

  test("stand beside those of the config, and go when the file is mended", async () => {
    const broken: Diagnostic = { ...strat, message: 'unknown key "prot"', hint: null };
    const { screen, session } = open({ ...shop(), diagnostics: [broken] }, { mistakes: [strat, strat] });
    await screen.until("1 mistake in the config");
    expect(screen.text()).toContain("2 mistakes in your settings");
    expect(screen.text()).toContain("all 2: orchestra check");
    expectWhole(screen, [100, 30]);
    session.setLook({ theme: themeFor({}), keys: defaultKeys, mistakes: [] });
    await screen.until((t) => !t.includes("settings"));
    expect(screen.text()).toContain("1 mistake in the config");
    session.setLook({ theme: themeFor({}), keys: defaultKeys, mistakes: [strat] });
    await screen.until("1 mistake in your settings");
  });

  test("are told with their lines before there is a fleet", async () => {
    const { screen } = openFirstRun(brokenConfig, { mistakes: [strat] });
    await screen.until("Your own settings have 1 mistake; the rest of them counts.");
    expect(screen.text()).toContain(place);
    expect(screen.text()).toContain("did you mean");
  });
});

describe("the details", () => {
  test("show all about the selected service's replica, and go back", async () => {
    const { client, screen } = open(shop(), { size: [120, 60] });
    client.log(sampleLine("orders#1", "panic: boom", { generation: 3 }));
    await select(screen, "orders");
    screen.press("\r");
    const text = await screen.until("Environment");
    expect(text).toContain("Details: orders#1");
    expect(text).toContain("starts again in");
    expect(text).toContain("panic: boom");
    expect(text).toContain("GET /healthz on port 8082");
    screen.press("\x1b");
    await screen.until((t) => !t.includes("Details: "));
  });

  test("go through the replicas", async () => {
    const { client, screen } = open(shop());
    await select(screen, "api");
    screen.press("\r");
    await screen.until("Details: api#1");
    await screen.until("replica 1 of 2");
    screen.press(right);
    await screen.until(/Details: api#2 .*replica 2 of 2/);
    screen.press(right);
    await screen.until("Details: api#1");
    expect(client.inspected).toContain("api#2");
  });

  test("show a secret only when asked, and mask it again", async () => {
    const { client, screen } = open(shop(), { size: [120, 60] });
    client.secrets.set("orders#1 DB_PASSWORD", "hunter2");
    await select(screen, "orders");
    screen.press("\r");
    await screen.until(/DB_PASSWORD +•••/);
    screen.press("\t");
    await screen.until(/▸ DB_PASSWORD +•••/);
    expect(client.revealed).toEqual([]);
    screen.press("v");
    await screen.until(/▸ DB_PASSWORD +hunter2/);
    screen.press("v");
    await screen.until(/▸ DB_PASSWORD +•••/);
    expect(client.revealed).toEqual([{ unit: "orders#1", variable: "DB_PASSWORD" }]);
  });

  test("change with the unit, at once", async () => {
    const { client, screen } = open(shop());
    await select(screen, "orders");
    screen.press("\r");
    await screen.until(/orders#1 {2}backoff/);
    const orders = client.state.services[1]?.replicas[0] as ReplicaSnapshot;
    client.emit({
      kind: "replicaChanged",
      from: "backoff",
      replica: { ...orders, state: { phase: "ready", pid: 77 }, failure: null, since: Date.now() },
    });
    await screen.until(/orders#1 {2}ready.*pid 77/);
    await waitUntil("another look", () => client.inspected.length >= 2);
  });

  test("take the verbs of the unit, and keep the panes' keys out", async () => {
    const { client, screen } = open(shop());
    await select(screen, "orders");
    screen.press("\r");
    await screen.until("Details: orders#1");
    screen.press("r");
    await waitUntil("a command", () => client.commands.length === 1);
    expect(client.commands[0]?.command).toMatchObject({ kind: "restart", select: { names: ["orders"] } });
    screen.press("z");
    await screen.until("Details: orders#1");
  });

  test("are drawn with plain signs where the terminal knows no others", async () => {
    const { screen } = open(shop(), { env: { LANG: "C" } });
    await screen.until("api");
    screen.press("\r");
    await screen.until("Why");
    await screen.until("PORT");
    for (const line of screen.rows()) expect(line).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe("while the daemon is gone", () => {
  test("a key starts a new one, and says what went wrong with that", async () => {
    let started = 0;
    const { client, screen } = open(shop(), {
      startDaemon: async () => {
        started += 1;
        return "the daemon did not start: exit 1";
      },
    });
    await screen.until("api");
    screen.press("D");
    expect(started).toBe(0);
    client.disconnect("no daemon runs");
    await screen.until(/D new daemon/);
    screen.press("D");
    await screen.until("the daemon did not start: exit 1");
    expect(started).toBe(1);
  });
});

const brokenConfig: Trouble = {
  kind: "broken",
  root: "/home/you/shop",
  diagnostics: [
    {
      severity: "error",
      code: "unknown-key",
      message: 'unknown key "prot"',
      hint: 'did you mean "port"?',
      location: { file: "/home/you/shop/api/service.yml", line: 3, column: 1, length: 4, excerpt: "prot: 8080" },
    },
  ],
};

const nothingThere: Trouble = {
  kind: "nothing",
  root: "/home/you/shop",
  files: [
    { path: "api/service.yml", text: "", found: "a Go program" },
    { path: "web/service.yml", text: "run: npm start\n", found: "npm start" },
  ],
  remarks: [],
};

function openFirstRun(
  trouble: Trouble,
  options: { size?: [number, number]; door?: Partial<FleetDoor>; mistakes?: Diagnostic[] } = {},
): { screen: SizedRender; opened: OpenedFleet[]; left: () => number } {
  const [columns, rows] = options.size ?? [100, 30];
  const opened: OpenedFleet[] = [];
  let left = 0;
  const session = new FirstRunSession({
    door: {
      look: async () => ({ kind: "shut", trouble }),
      create: async () => null,
      replaceDaemon: async () => null,
      ...options.door,
    },
    trouble,
    clock: { now: () => Date.now(), after: (ms, fn) => systemClock.after(Math.min(ms, 20), fn) },
    look: { theme: themeFor({ TERM: "xterm" }), keys: defaultKeys, mistakes: options.mistakes ?? [] },
    size: { columns, rows },
    canDraw: () => true,
    onOpened: (fleet) => opened.push(fleet),
    onLeave: () => {
      left += 1;
    },
  });
  const screen = sizedRender(<FirstRunScreen session={session} />, columns, rows);
  session.open();
  onTestFinished(() => {
    session.close();
    screen.unmount();
  });
  return { screen, opened, left: () => left };
}

/** Ink listens to keys only after its first frame. */
async function pressUntil(screen: SizedRender, key: string, isDone: () => boolean): Promise<void> {
  await waitUntil(`what ${JSON.stringify(key)} does`, () => {
    if (!isDone()) screen.press(key);
    return isDone();
  });
}

const openedFleet = (): Opening => ({
  kind: "opened",
  fleet: { client: new FakeClient(sampleFleet([])), startedFleet: false, autoStart: false },
});

describe("before there is a fleet", () => {
  test("mistakes in the config are shown with their place and the line they are in", async () => {
    const { screen, left } = openFirstRun(brokenConfig);
    const text = await screen.until("The config has 1 mistake, so nothing can run.");
    expect(text).toContain('✗ unknown key "prot"');
    expect(text).toContain("api/service.yml:3:1");
    expect(text).toMatch(/3 │ prot: 8080 +│\n│ +│ \^\^\^\^ /);
    expect(text).toContain('› did you mean "port"?');
    await pressUntil(screen, "q", () => left() > 0);
  });

  test("it is looked whether somebody mended them", async () => {
    let looks = 0;
    const { screen, opened } = openFirstRun(brokenConfig, {
      door: { look: async () => (++looks < 3 ? { kind: "shut", trouble: brokenConfig } : openedFleet()) },
    });
    await screen.until("1 mistake");
    await waitUntil("an open fleet", () => opened.length === 1);
    expect(looks).toBe(3);
  });

  test("other mistakes take the place of the first ones", async () => {
    const other: Trouble = { ...brokenConfig, diagnostics: [...brokenConfig.diagnostics, ...brokenConfig.diagnostics] };
    const { screen } = openFirstRun(brokenConfig, { door: { look: async () => ({ kind: "shut", trouble: other }) } });
    await screen.until("2 mistakes");
  });

  test("files are proposed where there is no service, and written when told", async () => {
    let isWritten = false;
    const { screen, opened } = openFirstRun(nothingThere, {
      door: {
        look: async () => (isWritten ? openedFleet() : { kind: "shut", trouble: nothingThere }),
        create: async () => {
          isWritten = true;
          return null;
        },
      },
    });
    const text = await screen.until("y writes these 2 files");
    expect(text).toMatch(/api\/service\.yml {2}a Go program {2}\(an empty file will do\)/);
    expect(text).toMatch(/web\/service\.yml {2}npm start *│\n│ +run: npm start/);
    expect(text).toContain("y write them");
    await pressUntil(screen, "y", () => opened.length === 1);
  });

  test("what could not be written is said", async () => {
    let attempts = 0;
    const { screen, opened } = openFirstRun(nothingThere, {
      door: {
        create: async () => {
          attempts += 1;
          return "cannot write /home/you/shop/api/service.yml: EACCES";
        },
      },
    });
    await screen.until("y writes these 2 files");
    await pressUntil(screen, "y", () => attempts > 0);
    await screen.until("✗ cannot write /home/you/shop/api/service.yml: EACCES");
    expect(opened).toEqual([]);
  });

  test("where nothing could be proposed, it says what was looked for, and nothing is offered", async () => {
    const { screen } = openFirstRun({ ...nothingThere, files: [] });
    const text = await screen.until("Looked for, in /home/you/shop");
    expect(text).not.toContain("write them");
  });

  test("a daemon of another version can be replaced", async () => {
    let isReplaced = false;
    const trouble: Trouble = { kind: "other-version", root: "/r", daemonVersion: "0.1.0", ownVersion: "0.2.0" };
    const { screen, opened } = openFirstRun(trouble, {
      door: {
        look: async () => openedFleet(),
        replaceDaemon: async () => {
          isReplaced = true;
          return null;
        },
      },
    });
    await screen.until("The daemon of this fleet is version 0.1.0; this is version 0.2.0.");
    await screen.until("r replaces it by one of this version; the services keep running.");
    expect(opened).toEqual([]);
    await pressUntil(screen, "r", () => opened.length === 1);
    expect(isReplaced).toBe(true);
  });

  test("a daemon that does not start is told, and tried again when asked", async () => {
    const trouble: Trouble = {
      kind: "unreachable",
      root: "/r",
      message: "the daemon did not start: exit 1\n  boom",
      hint: "see its log",
    };
    const { screen, opened } = openFirstRun(trouble, { door: { look: async () => openedFleet() } });
    const text = await screen.until("the daemon did not start: exit 1");
    expect(text).toContain("boom");
    await pressUntil(screen, "\r", () => opened.length === 1);
  });
});
