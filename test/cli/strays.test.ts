import { describe, expect, test } from "vitest";
import { decideStrays, type StrayChoice } from "../../src/cli/strays/decide-strays.ts";
import type { EngineEvent } from "../../src/model/event.ts";
import type { Stray } from "../../src/model/stray.ts";
import {
  sampleFleet,
  sampleReplica,
  sampleService,
  sampleStray,
  sampleStrayContainer,
} from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

const longCommand = `node --inspect=127.0.0.1:9229 ${"--option=of-some-length ".repeat(8)}server.js`;

function world(
  strays: Stray[] = [sampleStray(4711)],
  options: { isTty?: boolean; hasDaemon?: boolean } = {},
): CliWorld {
  return new CliWorld(
    sampleFleet([sampleService("orders", { replicas: [] }), sampleService("web")], { strays }),
    options,
  );
}

describe("strays", () => {
  test("are listed with the evidence, and with what can be done", async () => {
    const made = world();
    expect(await made.run("strays")).toBe(0);
    expect(made.stdout).toBe(
      [
        "pid 4711  orders  started 1h ago  waits for you",
        "  command   ./orders --verbose",
        "  program   /home/you/shop/orders/orders",
        "  folder    /home/you/shop/orders",
        "  parent    -zsh (pid 811)",
        "  why       its program is orders/orders",
        "            it runs in orders",
        "  listens   8082",
        "",
      ].join("\n"),
    );
    expect(made.stderr).toBe(
      "\nuse it as it runs: orchestra strays adopt 4711\nend it: orchestra strays stop 4711\nstart beside it: orchestra strays ignore 4711\n",
    );
    expect(made.client.commands).toEqual([]);
  });

  test("show what keeps them from being touched, that they are orphans, and all of their processes", async () => {
    const made = world([
      sampleStray(4711, {
        tracer: { pid: 900, command: "dlv exec ./orders" },
        pids: [4711, 4712],
        standing: "ignored",
      }),
      sampleStray(4800, { isForeignUser: true, parent: null, cwd: null, ports: [], executable: null, service: "web" }),
    ]);
    await made.run("strays", "list");
    expect(made.stdout).toContain("pid 4711  orders  started 1h ago  left alone\n");
    expect(made.stdout).toContain("  also      pid 4712\n");
    expect(made.stdout).toContain("  debugger  dlv exec ./orders (pid 900), so it is stopped only when told to\n");
    expect(made.stdout).toContain("\n\npid 4800  web  started 1h ago  waits for you\n");
    expect(made.stdout).toContain("  folder    cannot be seen\n  parent    gone: it is an orphan\n");
    expect(made.stdout).toContain("  user      another one's: it can be neither stopped nor adopted\n");
    expect(made.stdout.match(/listens/g)).toHaveLength(1);
  });

  test("fit a terminal, whatever their command lines are", async () => {
    const made = world([sampleStray(4711, { command: longCommand })], { isTty: true });
    await made.run("strays");
    const lines = made.stdout.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    const shown = lines
      .slice(
        1,
        lines.findIndex((line) => line.startsWith("  program")),
      )
      .map((l) => l.slice(12));
    expect(shown.join("")).toBe(longCommand);
  });

  test("keep their command lines in one line where nobody reads them on a terminal", async () => {
    const made = world([sampleStray(4711, { command: longCommand })]);
    await made.run("strays");
    expect(made.stdout).toContain(`  command   ${longCommand}\n`);
  });

  test("bring no escape sequences with them", async () => {
    const hostile = "\u001b[2J\u001b]0;owned\u0007evil\r\nline \u009b31m";
    const made = world(
      [sampleStray(1, { command: hostile, cwd: hostile, evidence: [hostile], parent: { pid: 1, command: hostile } })],
      { isTty: true },
    );
    await made.run("strays");
    await made.run("strays", "stop", "--dry-run");
    expect(`${made.stdout}${made.stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(made.stdout).toContain("evil");
  });

  test("with pids are these alone; a process of one stands for it", async () => {
    const made = world([sampleStray(1), sampleStray(2, { pids: [2, 22] })]);
    await made.run("strays", "list", "22");
    expect(made.stdout).toMatch(/^pid 2 /);
    expect(made.stdout).not.toContain("pid 1 ");
  });

  test("that are containers are named by them", async () => {
    const made = world([sampleStrayContainer("shop-postgres")]);
    expect(await made.run("strays")).toBe(0);
    expect(made.stdout).toBe(
      [
        "container shop-postgres  postgres  started 1h ago  waits for you",
        "  command   docker-entrypoint.sh postgres",
        "  image     postgres:16",
        "  container 4f0000000000",
        "  process   pid 5120",
        "  why       carries the labels of this fleet's postgres, which is on no record",
        "            its engine says: Up 2 hours",
        "  listens   5432",
        "",
      ].join("\n"),
    );
    expect(made.stderr).toContain("end it: orchestra strays stop shop-postgres\n");
  });

  test.each([["shop-postgres"], ["4f0000000000"], ["5120"]])("that are containers are meant by %s", async (word) => {
    const made = world([sampleStray(4711), sampleStrayContainer("shop-postgres")]);
    expect(await made.run("strays", "stop", word, "--dry-run")).toBe(0);
    expect(made.stdout).toBe("would stop container shop-postgres of postgres: docker-entrypoint.sh postgres\n");
  });

  test("that cannot be adopted say why, and nobody is advised to", async () => {
    const container = { id: "4f", name: "shop-old", image: "redis", obstacle: "cannot be adopted: old is gone" };
    const made = world([sampleStrayContainer("shop-old", { container, service: "old", pid: 0, pids: [] })]);
    await made.run("strays");
    expect(made.stdout).not.toContain("process");
    expect(made.stderr).not.toContain("strays adopt");
    expect(await made.run("strays", "adopt", "shop-old")).toBe(2);
    expect(made.stderr).toContain("container shop-old cannot be adopted: old is gone");
    await made.run("strays", "--json");
    expect(JSON.parse(made.stdout.split("\n").at(-2) ?? "").strays[0]).toMatchObject({
      pid: null,
      pids: [],
      container: { id: "4f", name: "shop-old", image: "redis" },
    });
  });

  test("--json has all of it", async () => {
    const made = world([sampleStray(4711, { startedAt: Date.UTC(2026, 0, 1) })]);
    expect(await made.run("strays", "--json")).toBe(0);
    expect(JSON.parse(made.stdout)).toEqual({
      fleet: "shop",
      root: made.root,
      strays: [
        {
          pid: 4711,
          pids: [4711],
          container: null,
          service: "orders",
          kind: "foreign",
          standing: "asked",
          command: "./orders --verbose",
          cwd: "/home/you/shop/orders",
          executable: "/home/you/shop/orders/orders",
          startedAt: "2026-01-01T00:00:00.000Z",
          parent: { pid: 811, command: "-zsh" },
          ports: [8082],
          evidence: ["its program is orders/orders", "it runs in orders"],
          exact: false,
          tracer: null,
          otherUser: false,
        },
      ],
    });
    expect(made.stderr).toBe("");
  });

  test("say so where there are none; without a daemon none is started", async () => {
    const made = world([]);
    expect(await made.run("strays")).toBe(0);
    expect(made.stdout).toBe("");
    expect(made.stderr).toBe("no strays: nothing of shop runs that its daemon did not start\n");
    const alone = world([], { hasDaemon: false });
    expect(await alone.run("strays", "--json")).toBe(0);
    expect(JSON.parse(alone.stdout)).toMatchObject({ root: alone.root, strays: [] });
    expect(alone.startedDaemons).toBe(0);
  });

  test.each([[["strays", "end"]], [["strays", "4711"]], [["strays", "stop", "orders"]], [["strays", "stop", "0"]]])(
    "%j is a mistake",
    async (args) => {
      const made = world();
      expect(await made.run(...args)).toBe(2);
      expect(made.client.commands).toEqual([]);
    },
  );
});

/** The next command leaves these strays. */
function carriesOut(made: CliWorld, strays: Stray[], event?: EngineEvent, notes: string[] = []): void {
  made.client.reply = () => {
    made.client.emit(...(event === undefined ? [] : [event]), { kind: "straysChanged", strays });
    return made.accepted([], { notes });
  };
}

describe("a decision about strays", () => {
  test("an unknown pid ends with 2, and names the known ones", async () => {
    for (const args of [
      ["adopt", "4711", "99"],
      ["list", "99"],
    ]) {
      const made = world([sampleStray(4711), sampleStray(4800, { service: "web" })]);
      expect(await made.run("strays", ...args)).toBe(2);
      expect(made.stderr).toBe("pid 99 is no stray\n  these are: 4711 (orders) and 4800 (web)\n");
      expect(made.client.commands).toEqual([]);
    }
  });

  test("stop waits until they are gone", async () => {
    const made = world([sampleStray(4711), sampleStray(4800, { standing: "ignored" })]);
    carriesOut(made, [sampleStray(4711, { standing: "stopping" })]);
    const done = made.run("strays", "stop");
    await made.untilSent(1);
    expect(made.client.commands[0]?.command).toEqual({ kind: "strays", action: "stop", ids: ["4711-1"] });
    expect(made.stderr).toBe("");
    made.client.emit({ kind: "straysChanged", strays: [] });
    expect(await done).toBe(0);
    expect(made.stderr).toBe("stopped pid 4711 (orders)\n");
  });

  test("stop ends with 124 and what it waited for at the limit", async () => {
    const made = world();
    made.client.emit({ kind: "straysChanged", strays: [sampleStray(4711, { standing: "stopping" })] });
    expect(await made.run("strays", "stop", "4711", "--wait-timeout", "50ms", "--json")).toBe(124);
    expect(made.stderr).toMatch(/timed out after \d+ms, still waiting for\n {2}pid 4711 of orders: stopping\n/);
    expect(JSON.parse(made.stdout)).toMatchObject({
      outcome: "timed-out",
      waitingFor: [{ name: "pid 4711", what: "of orders: stopping" }],
    });
  });

  test("an interrupt ends the wait, not the stop", async () => {
    const made = world();
    carriesOut(made, [sampleStray(4711, { standing: "stopping" })]);
    const done = made.run("strays", "stop", "4711");
    await made.untilSent(1);
    made.interrupt();
    expect(await done).toBe(130);
    expect(made.stderr).toContain("interrupted; the stop goes on");
  });

  test("adopt says which replicas they became, and where their output is", async () => {
    const made = world([sampleStray(4711, { pids: [4711, 4712] })]);
    const replica = sampleReplica("orders", 1, { state: { phase: "starting", pid: 4711 }, outputElsewhere: true });
    carriesOut(made, [], { kind: "replicaAdded", replica });
    expect(await made.run("strays", "adopt", "4712")).toBe(0);
    expect(made.client.commands[0]?.command).toEqual({ kind: "strays", action: "adopt", ids: ["4711-1"] });
    expect(made.stderr).toBe(
      "adopted pid 4711 as orders#1\n  what it writes goes elsewhere; where to: orchestra logs orders#1\n",
    );
  });

  test("adopt of what ends meanwhile ends with 1", async () => {
    const made = world();
    carriesOut(made, []);
    expect(await made.run("strays", "adopt", "4711")).toBe(1);
    expect(made.stderr).toContain("pid 4711 ended before it was adopted\n");
  });

  test("adopt of what the engine has no place for ends with 1 and its words", async () => {
    const made = world([sampleStray(1), sampleStray(2)]);
    const replica = sampleReplica("orders", 1, { state: { phase: "starting", pid: 1 } });
    const notes = ["./orders (pid 2) cannot be adopted: orders has no place for it"];
    carriesOut(made, [sampleStray(2)], { kind: "replicaAdded", replica }, notes);
    expect(await made.run("strays", "adopt", "1", "2")).toBe(1);
    expect(made.stderr).toContain(`${notes[0]}\n`);
    expect(made.stderr).toContain("pid 2 of orders was not adopted\n");
  });

  test("ignore leaves them alone", async () => {
    const made = world();
    carriesOut(made, [sampleStray(4711, { standing: "ignored" })]);
    expect(await made.run("strays", "ignore")).toBe(0);
    expect(made.stderr).toBe(
      "left alone pid 4711 (orders)\n  port 8082 stays taken: a service that has to have it waits\n",
    );
    const other = world([sampleStray(4711, { ports: [] })]);
    carriesOut(other, []);
    await other.run("strays", "ignore", "4711");
    expect(other.stderr).toBe("left alone pid 4711 (orders)\n  its service starts beside it\n");
  });

  test("what the engine refuses ends with 2 and its words", async () => {
    const made = world();
    made.client.reply = () => ({ ok: false, error: { kind: "refused", message: "orders is scaled to 0" } });
    expect(await made.run("strays", "adopt", "4711")).toBe(2);
    expect(made.stderr).toBe("orders is scaled to 0\n");
  });

  test("another user's cannot be touched: named it is a mistake, among all it is passed over", async () => {
    const made = world([sampleStray(1, { isForeignUser: true })]);
    expect(await made.run("strays", "stop", "1")).toBe(2);
    expect(made.stderr).toBe("pid 1 belongs to another user: it can be neither stopped nor adopted\n");
    made.stderr = "";
    expect(await made.run("strays", "stop")).toBe(0);
    expect(made.stderr).toBe("nothing to stop: no stray waits for your word\n");
    expect(made.client.commands).toEqual([]);
  });

  test("--dry-run says what would be done, and does nothing", async () => {
    const made = world([sampleStray(4711, { tracer: { pid: 900, command: "dlv" } })]);
    expect(await made.run("strays", "stop", "-n")).toBe(0);
    expect(made.stdout).toBe("would stop pid 4711 of orders: ./orders --verbose, which runs under dlv (pid 900)\n");
    made.stdout = "";
    expect(await made.run("strays", "ignore", "4711", "--dry-run", "--json")).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ dryRun: true, action: "ignore", strays: [{ pid: 4711 }] });
    expect(made.client.commands).toEqual([]);
  });
});

describe("the question before all of them are touched", () => {
  async function decide(answer: boolean, change: Partial<StrayChoice> = {}): Promise<[CliWorld, number, string[]]> {
    const made = world([sampleStray(1), sampleStray(2)]);
    const context = { ...made.context, isInteractive: true };
    const asked: string[] = [];
    carriesOut(made, []);
    const code = await decideStrays(context, {
      action: "stop",
      words: [],
      isDryRun: false,
      isAgreed: false,
      waitTimeoutMs: 5_000,
      json: false,
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
      ...change,
    });
    return [made, code, asked];
  }

  test("names them; a no does nothing", async () => {
    const [made, code, asked] = await decide(false);
    expect([code, asked]).toEqual([0, ["stop these 2? [y/N] "]]);
    expect(made.stderr).toBe(
      "stop pid 1 of orders: ./orders --verbose\nstop pid 2 of orders: ./orders --verbose\nnothing was done\n",
    );
    expect(made.client.commands).toEqual([]);
  });

  test.each<[string, boolean, Partial<StrayChoice>, string[]]>([
    ["a yes does it", true, {}, ["stop these 2? [y/N] "]],
    ["--yes needs none", false, { isAgreed: true }, []],
    ["named ones need none", false, { words: ["1", "2"] }, []],
  ])("%s", async (_title, answer, change, questions) => {
    const [made, code, asked] = await decide(answer, change);
    expect([code, asked]).toEqual([0, questions]);
    expect(made.client.commands.map((c) => c.command)).toEqual([
      { kind: "strays", action: "stop", ids: ["1-1", "2-1"] },
    ]);
    expect(made.stderr).toMatch(/stopped 2 strays: pid 1 \(orders\) and pid 2 \(orders\)\n$/);
  });
});

describe("the policy of one start", () => {
  test("start --strays goes with the command", async () => {
    const made = world([]);
    made.accept("web#1");
    expect(await made.run("start", "web", "--strays", "adopt")).toBe(0);
    expect(made.client.commands[0]?.command).toMatchObject({ kind: "start", strays: "adopt" });
    await made.run("start", "web");
    expect(made.client.commands[1]?.command).not.toHaveProperty("strays");
  });

  test("--headless --strays goes with every start of the run", async () => {
    const made = world([]);
    made.accept("web#1");
    expect(await made.run("--headless", "--until", "ready", "--strays", "stop")).toBe(0);
    expect(made.client.commands.map((c) => c.command)).toMatchObject([{ kind: "start", strays: "stop" }]);
  });

  test.each([[["--strays", "stop"]], [["start", "--strays", "kill"]], [["--headless", "--strays", "x"]]])(
    "%j is a mistake",
    async (args) => {
      expect(await world().run(...args)).toBe(2);
    },
  );

  test.each<[string[], string]>([
    [["start", "--strays", ""], "ask\t\nstop\t\nadopt\t\nignore\t\n"],
    [["--strays", "st"], "stop\t\n"],
    [["strays", ""], "list\t\nadopt\t\nstop\t\nignore\t\n"],
  ])("%j can be completed", async (words, candidates) => {
    const made = world();
    await made.run("completion", "candidates", "--", ...words);
    expect(made.stdout).toBe(candidates);
  });
});
