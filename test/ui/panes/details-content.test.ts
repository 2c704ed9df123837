import { describe, expect, test } from "vitest";
import { replicaId } from "../../../src/model/ids.ts";
import type { InspectedPlace, InspectedWatch, UnitInspection } from "../../../src/model/inspection.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { detailsContent } from "../../../src/ui/panes/details/details-content.ts";
import type { Details } from "../../../src/ui/state/details.ts";
import type { DetailsData } from "../../../src/ui/store/details-feed.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import {
  sampleFleet,
  sampleInspection,
  sampleLine,
  sampleReplica,
  sampleService,
} from "../../helpers/fleet-samples.ts";

const theme = themeFor({ LANG: "C.UTF-8", TERM: "xterm" });
const details: Details = { kind: "details", service: "api", index: 1, top: 0, secret: null };
const failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms" } as const;

function shown(
  snapshot: FleetSnapshot,
  data: Partial<DetailsData> | null,
  change: Partial<Details> = {},
  width = 118,
): { text: string; secrets: { name: string; row: number }[]; rows: string[] } {
  const whole = data && {
    unit: replicaId("api", 1),
    inspection: null,
    isGone: false,
    log: [],
    problem: null,
    revealed: new Map<string, string>(),
    ...data,
  };
  const { rows, secrets } = detailsContent({
    details: { ...details, ...change },
    data: whole,
    fleet: { snapshot, disconnected: null },
    width,
    now: Date.now(),
    theme,
  });
  const texts = rows.map((row) =>
    row
      .map((s) => s.text)
      .join("")
      .trimEnd(),
  );
  return { text: texts.join("\n"), rows: texts, secrets };
}

const fleet = sampleFleet([sampleService("api")]);
const looked = (change: Partial<UnitInspection> = {}) => ({ inspection: sampleInspection("api#1", change) });

describe("the details", () => {
  test("say at once what the snapshot knows, and that the rest is being looked for", () => {
    const { text } = shown(fleet, null);
    expect(text).toMatch(/^ ● api#1 {2}ready for 4m {3}start 1 · pid 4001/);
    expect(text).toContain("Why");
    expect(text).toContain("start was asked for on the command line");
    expect(text).toContain("./api");
    expect(text).toContain("looking…");
  });

  test("list processes as a tree, ports with their owners, probes and the environment with its origin", () => {
    const { text } = shown(fleet, looked());
    expect(text).toMatch(/\.\/api --verbose\n {3}in \/home\/you\/shop\/api/);
    expect(text).toMatch(/4001 +4m +18\.0 MB +\.\/api --verbose\n +4002 +3m +2\.0 MB {5,}helper --of it/);
    expect(text).toMatch(/8082 +http +pid 4001 \.\/api/);
    expect(text).toMatch(/ready +GET \/healthz on port 8082 +passes +200 in 2ms {2}\ds ago/);
    expect(text).toMatch(/DB_PASSWORD +••• +api\/service\.yml\n +PORT +8082 +orchestra\n +HOME +\/home\/you +shell$/);
  });

  test("know what listens though nobody asked for it, and who else has a port", () => {
    const { text } = shown(
      fleet,
      looked({
        ports: [
          { name: "http", port: 8082, owner: { pid: 9, command: "node old.js", isOwn: false } },
          { name: null, port: 9229, owner: { pid: 4001, command: "./api", isOwn: true } },
          { name: "grpc", port: 8083, owner: null },
        ],
      }),
    );
    expect(text).toMatch(/8082 +http +pid 9 node old\.js \(not of this unit\)/);
    expect(text).toMatch(/9229 +not in the config +pid 4001/);
    expect(text).toMatch(/8083 +grpc +nobody listens/);
  });

  test("of a failure are a card: what, the last lines of that run, and what happens next and when", () => {
    const replica = sampleReplica("api", 1, {
      state: { phase: "backoff", retryAt: Date.now() + 3000, failure },
      failure,
      generation: 6,
      restarts: 5,
      cause: { kind: "exit", status: { kind: "code", code: 1 } },
    });
    const log = [
      sampleLine("api#1", "of an older run", { generation: 5 }),
      sampleLine("api#1", "run 6", { generation: 6, kind: "run" }),
      ...Array.from({ length: 30 }, (_, i) => sampleLine("api#1", `line ${i}`, { generation: 6 })),
      sampleLine("api#1", "\x1b[31mpanic:\x1b[0m boom", { generation: 6 }),
    ];
    const { text } = shown(sampleFleet([sampleService("api", { replicas: [replica] })]), { ...looked(), log });
    expect(text).toMatch(/↻ api#1 {2}backoff for 4m {2}starts again in [23]s {3}start 6 · 5 restarts/);
    expect(text).toContain("exited with code 1 after 40ms");
    expect(text).toContain("│ panic: boom");
    expect(text).toContain("line 11");
    expect(text).not.toContain("line 10\n");
    expect(text).not.toContain("of an older run");
    expect(text).toContain("› orchestra logs api#1");
  });

  test("list the newest events first, with their causes", () => {
    const events = [1, 2].map((revision) => ({
      revision,
      at: new Date(2026, 0, 1, 12, 0, revision).getTime(),
      event: {
        kind: "replicaChanged" as const,
        from: "stopped" as const,
        replica: sampleReplica("api", 1, {
          state: revision === 1 ? { phase: "starting" as const, pid: 1 } : { phase: "ready" as const, pid: 1 },
          cause: revision === 1 ? { kind: "spawn" as const } : { kind: "probe" as const, probe: "http", detail: "200" },
        }),
      },
    }));
    expect(shown(fleet, looked({ events })).text).toMatch(
      /Events\n +12:00:02 +ready +http: 200\n +12:00:01 +starting +spawned/,
    );
  });

  test("know the rows of the secrets, and show one that was asked for", () => {
    const masked = shown(fleet, looked());
    expect(masked.secrets.map((s) => s.name)).toEqual(["DB_PASSWORD"]);
    expect(masked.rows[masked.secrets[0]?.row ?? -1]).toMatch(/^ {3}DB_PASSWORD +•••/);
    const revealed = { ...looked(), revealed: new Map([["DB_PASSWORD", "hunter2"]]) };
    expect(shown(fleet, revealed, { secret: "DB_PASSWORD" }).text).toMatch(/▸ DB_PASSWORD +hunter2/);
  });

  test("stay when the daemon does not answer, and say so", () => {
    const { text } = shown(fleet, { ...looked(), problem: "no daemon runs" });
    expect(text).toContain("not up to date: no daemon runs");
    expect(text).toContain("Environment");
    expect(shown(fleet, { problem: "no daemon runs" }).text).toContain("no daemon runs");
  });

  test("of what is gone say so", () => {
    expect(shown(fleet, { isGone: true }).text).toContain("knows nothing of this unit");
    expect(shown(fleet, looked(), { service: "gone" }).text).toContain("gone#1 is not there any more.");
  });

  test("draw no escape sequence and no second row out of what comes from outside", () => {
    const { rows } = shown(
      fleet,
      looked({ environment: [{ name: "X", value: "a\x1b[2Jb\nc", origin: "shell", isSecret: false }] }),
    );
    expect(rows.at(-1)).toMatch(/X +ab c +shell/);
  });
});

describe("what a service follows", () => {
  const root = fleet.root;
  const rerun = { isOn: true, withTests: false, trouble: null, canGoBack: false };
  const followed = sampleFleet([sampleService("api", { rerun })]);
  const watched: InspectedWatch = {
    places: [
      { path: `${root}/api`, isTree: false, because: "go list" },
      { path: `${root}/money`, isTree: false, because: "go list" },
      { path: `${root}/lib/ui`, isTree: true, because: "package.json" },
      { path: "/elsewhere/templates", isTree: true, because: "watch.paths" },
    ],
    folders: 5,
    files: 1,
    ignored: [
      { rule: "*.log", from: ".gitignore", count: 12 },
      { rule: "node_modules", from: "always", count: 1 },
    ],
    isMore: false,
    polling: null,
  };

  test("is told with how it came about, and what is left out", () => {
    const { text } = shown(followed, looked({ watched }));
    expect(text).toContain("watches 1 file in 5 folders");
    expect(text).toContain("by go list api · money\n");
    expect(text).toContain("by package.json lib/ui/**\n");
    expect(text).toContain("by watch.paths /elsewhere/templates/**\n");
    expect(text).toContain("ignored 12 by *.log (.gitignore) · 1 by node_modules\n");
    expect(text).not.toContain("looked at every");
  });

  test("is told shortly where it is much, and that it is polled, and why", () => {
    const places = Array.from({ length: 30 }, (_, i) => ({ ...watched.places[0], path: `${root}/p${i}` }));
    const polling = { everyMs: 2000, why: "the system has no inotify watches left" };
    const much = { ...watched, places: places as InspectedPlace[], polling, isMore: true };
    const { text, rows } = shown(followed, looked({ watched: much }));
    expect(text).toContain("watches at least 1 file in 5 folders  looked at every 2.0s: the system has no");
    expect(text).toContain("p5 · 24 more");
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(118);
  });
});
