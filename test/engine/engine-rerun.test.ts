import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { TestEngine } from "../helpers/test-engine.ts";

/** Loaded machines build slowly: what takes four seconds alone has taken forty. */
vi.setConfig({ testTimeout: 240_000 });

const select = (...names: string[]): { names: string[]; except: string[] } => ({ names, except: [] });

/** A script that says a word and waits; a second one builds it from a source. */
const script = (word: string): string => `echo ${word}\nexec sleep 600\n`;
const plain = "run: sh serve.sh, ready: {log: up}";
const built = "build: sh build.sh, run: ./serve, ready: {log: up}, watch: {ignore: [serve, serve.new, builds]}";
const buildScript =
  "echo x >> builds\ngrep -q broken source && { echo source:1: it is broken; exit 1; }\ncp source serve.new\nchmod +x serve.new\nmv serve.new serve\n";
const source = (word: string): string => `#!/bin/sh\n${script(word)}`;

async function open(service: string, files: Record<string, string> = {}, keys = ""): Promise<TestEngine> {
  const own = { "api/serve.sh": script("up"), "api/build.sh": buildScript, "api/source": source("up") };
  const fleet = await TestEngine.open(`rerun: true\n${keys}\nservices: {api: {dir: api, ${service}}}`, {
    ...own,
    ...files,
  });
  await fleet.start();
  await fleet.untilPhase("ready", "api#1");
  await untilFollowed(fleet);
  return fleet;
}

/** Resolves when changes from now on are seen: one that matters to nobody is made until it is. */
async function untilFollowed(fleet: TestEngine): Promise<void> {
  await fleet.engine.followed();
}

describe("a service that is followed", () => {
  test("is started anew when a file of its folder changes, and says which", async () => {
    const fleet = await open(plain);
    fleet.write("api/serve.sh", script("up again"));
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toContain("up again");
    const causes = fleet.eventsOf("replicaChanged").map(({ replica }) => replica.cause);
    expect(causes).toContainEqual({ kind: "file", path: "api/serve.sh" });
  });

  test("is built, and only then replaced; a build that fails leaves what runs alone", async () => {
    const fleet = await open(built);
    const pid = fleet.pid("api#1");
    fleet.write("api/source", `${source("up")}# broken\n`);
    await fleet.until("the build fails", () => fleet.service("api").build.status === "failed");
    expect(fleet.pid("api#1")).toBe(pid);
    expect(fleet.phase("api#1")).toBe("ready");
    fleet.write("api/source", source("up anew"));
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toContain("up anew");
    expect(fleet.service("api").build).toMatchObject({ status: "ok", cause: { kind: "file", path: "api/source" } });
  });

  test("goes on where the build makes the very program that runs", async () => {
    const fleet = await open(built);
    const pid = fleet.pid("api#1");
    fleet.write("api/note.txt", "nothing of it gets into the program");
    await fleet.until("it is built", () => fleet.service("api").build.isUnchanged === true);
    expect(fleet.pid("api#1")).toBe(pid);
    expect(fleet.trail("api#1")).toEqual(["waiting", "starting", "ready"]);
  });

  test("is not started by a change once somebody has stopped it", async () => {
    const fleet = await open(plain);
    await fleet.stop("api");
    await fleet.untilPhase("stopped", "api#1");
    fleet.write("api/serve.sh", script("up again"));
    await fleet.engine.followed();
    expect(fleet.phase("api#1")).toBe("stopped");
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("is tested in between where that is asked for; a test that fails leaves what runs alone", async () => {
    const fleet = await open(
      `${built.replace("[serve, serve.new, builds]", "[serve, serve.new, builds, tested]")}, test: sh -c 'echo t >> tested; test ! -e ill', rerun: {test: true}`,
    );
    const pid = fleet.pid("api#1");
    fleet.write("api/ill", "");
    await fleet.until(
      "built",
      () =>
        ["ok", "failed"].includes(fleet.service("api").build.status) &&
        fleet.service("api").build.cause?.kind === "file",
    );
    fleet.write("api/source", source("up anew"));
    await fleet.until("the test fails", () => fleet.service("api").build.failure?.kind === "test-failed");
    expect(fleet.pid("api#1")).toBe(pid);
    rmSync(fleet.path("api/ill"));
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toContain("up anew");
    expect(fleet.service("api").build.tests).toMatchObject({ failed: null });
  });

  test("tells while it is tested how long that took the last time", async () => {
    const ignore = built.replace("[serve, serve.new, builds]", "[serve, serve.new, builds, done]");
    const fleet = await open(`${ignore}, test: sh -c 'sleep 0.2; test ! -e ill', rerun: {test: true}`);
    const tested = () => fleet.eventsOf("buildChanged").filter(({ build }) => build.status === "testing");
    fleet.write("api/source", source("up a first time"));
    await fleet.untilGeneration("api#1", 2);
    expect(tested().map(({ build }) => build.lastTestMs)).toEqual([undefined]);
    fleet.write("api/source", source("up a second time"));
    await fleet.untilGeneration("api#1", 3);
    const [, second] = tested();
    expect(second?.build.lastTestMs).toBeGreaterThanOrEqual(200);
    expect(fleet.service("api").build).not.toHaveProperty("lastTestMs");
  });

  test("saves by rename count, touches and equal contents do not", async () => {
    const fleet = await open(plain);
    const pid = fleet.pid("api#1");
    fleet.write("api/serve.sh", script("up"));
    writeFileSync(fleet.path("api/.serve.sh.swp"), "vim");
    await fleet.engine.followed();
    expect(fleet.pid("api#1")).toBe(pid);
    writeFileSync(fleet.path("api/serve.sh~new"), script("up again"));
    renameSync(fleet.path("api/serve.sh~new"), fleet.path("api/serve.sh"));
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toContain("up again");
  });

  test("that does not become ready leaves the other replicas as they were, and there is a way back", async () => {
    const fleet = await open(`${built}, scale: 2, restart: always`);
    await fleet.untilPhase("ready", "api#1", "api#2");
    const second = fleet.pid("api#2");
    fleet.write("api/source", "#!/bin/sh\nexit 3\n");
    await fleet.until("the first has failed", () => fleet.replica("api#1").restarts > 0);
    expect(fleet.pid("api#2")).toBe(second);
    expect(fleet.phase("api#2")).toBe("ready");
    fleet.write("api/source", source("up anew"));
    await fleet.untilGeneration("api#2", 2);
    await fleet.untilPhase("ready", "api#1", "api#2");
  });

  test("is switched off and on, one and all", async () => {
    const fleet = await open(plain);
    expect(fleet.service("api").rerun).toMatchObject({ isOn: true, trouble: null });
    await fleet.send({ kind: "rerun", select: select(), to: "toggle" });
    await fleet.until("it is off", () => fleet.service("api").rerun?.isOn === false);
    const pid = fleet.pid("api#1");
    fleet.write("api/serve.sh", script("up again"));
    await fleet.engine.followed();
    expect(fleet.pid("api#1")).toBe(pid);
    await fleet.send({ kind: "rerun", select: select("api"), to: "now" });
    await fleet.untilGeneration("api#1", 2);
    await fleet.send({ kind: "rerun", select: select("api"), to: "on" });
    await fleet.until("it is on", () => fleet.service("api").rerun?.isOn === true);
  });

  test("that writes into its own folder is not run for ever; the file is named", async () => {
    const fleet = await open("run: sh serve.sh, ready: {log: up}", {
      "api/serve.sh": `date +%s%N > state.txt\n${script("up")}`,
    });
    fleet.write("api/serve.sh", `date +%s%N > state.txt\n${script("up up")}`);
    await fleet.until("it is said", () => fleet.service("api").rerun?.trouble != null, 40_000);
    expect(fleet.service("api").rerun?.trouble).toContain("state.txt");
  });
});

describe("the config", () => {
  const two = `rerun: true\nservices:\n  api: {dir: api, ${plain}}\n  web: {dir: api, ${plain}, env: {A: b}}\n`;

  test("is applied as it changes: what it affects restarts, and nothing else", async () => {
    const fleet = await TestEngine.open(two, { "api/serve.sh": script("up") });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "web#1");
    await fleet.engine.followed();
    const pid = fleet.pid("api#1");
    fleet.write("orchestra.yml", two.replace("A: b", "A: c"));
    await fleet.untilGeneration("web#1", 2);
    fleet.write("orchestra.yml", two.replace("A: b", "A: c").replace("env:", "scale: 2, env:"));
    await fleet.until("there are two", () => fleet.phase("web#2") === "ready");
    expect(fleet.pid("api#1")).toBe(pid);
    expect(fleet.replica("web#1").generation).toBe(2);
  });

  test("with a mistake leaves the fleet as it was, and shows it", async () => {
    const fleet = await TestEngine.open(two, { "api/serve.sh": script("up") });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "web#1");
    await fleet.engine.followed();
    const pids = [fleet.pid("api#1"), fleet.pid("web#1")];
    fleet.write("orchestra.yml", two.replace("env:", "evn:"));
    await fleet.until("it is shown", () => fleet.snapshot.diagnostics.length > 0);
    expect([fleet.pid("api#1"), fleet.pid("web#1")]).toEqual(pids);
    fleet.write("orchestra.yml", two);
    await fleet.until("it is mended", () => fleet.snapshot.diagnostics.length === 0);
    expect([fleet.pid("api#1"), fleet.pid("web#1")]).toEqual(pids);
  });
});

describeWith("go", "Go services of one module", () => {
  const limitMs = 100_000;
  const main = (word: string): string =>
    `package main\n\nimport (\n\t"example.com/app/shared"\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("${word} " + shared.Word())) })\n\thttp.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)\n}\n`;
  const shared = (word: string): string =>
    `package shared\n\n// Word is a word.\nfunc Word() string { return "${word}" }\n`;
  const files = {
    "go.mod": "module example.com/app\n\ngo 1.19\n",
    "shared/shared.go": shared("one"),
    "a/service.yml": "port: auto\n",
    "a/main.go": main("a"),
    "b/service.yml": "port: auto\n",
    "b/main.go": main("b").replace('\t"example.com/app/shared"\n', "").replace(" + shared.Word()", ""),
  };

  async function openGo(more: Record<string, string> = {}, orchestra = ""): Promise<TestEngine> {
    const fleet = await TestEngine.open(`rerun: true\n${orchestra}`, { ...files, ...more });
    await fleet.start();
    await fleet.until(
      "both are ready",
      () => fleet.phase("a#1") === "ready" && fleet.phase("b#1") === "ready",
      limitMs,
    );
    await fleet.engine.followed();
    return fleet;
  }

  function ask(fleet: TestEngine, unit: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port: fleet.port(unit), path: "/" }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve(text));
      }).on("error", reject);
    });
  }

  async function untilGood(fleet: TestEngine, unit: string, generation: number): Promise<void> {
    await fleet.until(
      `${unit} ready in ${generation}`,
      () => fleet.phase(unit) === "ready" && fleet.replica(unit).generation >= generation,
      limitMs,
    );
  }

  test("a change in a shared package rebuilds who imports it, and nobody else", async () => {
    const fleet = await openGo();
    const other = fleet.pid("b#1");
    fleet.write("shared/shared.go", shared("two"));
    await untilGood(fleet, "a#1", 2);
    expect(await ask(fleet, "a#1")).toBe("a two");
    expect(fleet.pid("b#1")).toBe(other);
    const builds = fleet.eventsOf("buildChanged").filter(({ cause }) => cause.kind === "file");
    expect(new Set(builds.map(({ service }) => service))).toEqual(new Set(["a"]));
  });

  test("a test, a comment and a broken build leave what runs; a good one replaces it; and there is a way back", async () => {
    const fleet = await openGo();
    const pid = fleet.pid("a#1");
    fleet.write("a/main_test.go", "package main\n");
    await fleet.engine.followed();
    expect(fleet.eventsOf("buildChanged").filter(({ cause }) => cause.kind === "file")).toEqual([]);
    fleet.write("shared/shared.go", shared("one").replace("a word", "the word"));
    await fleet.until("it is the same", () => fleet.service("a").build.isUnchanged === true, limitMs);
    expect(fleet.pid("a#1")).toBe(pid);
    appendFileSync(fleet.path("a/main.go"), "func broken( {\n");
    await fleet.until("it does not build", () => fleet.service("a").build.status === "failed", limitMs);
    expect(fleet.pid("a#1")).toBe(pid);
    fleet.write("a/main.go", main("again"));
    await untilGood(fleet, "a#1", 2);
    expect(await ask(fleet, "a#1")).toBe("again one");
    expect(fleet.service("a").rerun?.canGoBack).toBe(true);
    await fleet.send({ kind: "goBack", select: select("a") });
    await untilGood(fleet, "a#1", 3);
    expect(await ask(fleet, "a#1")).toBe("a one");
  });

  test("a package that is imported anew is followed from then on; one that is deleted leaves what runs", async () => {
    const fleet = await openGo({ "extra/extra.go": 'package extra\n\nfunc Word() string { return "extra" }\n' });
    fleet.write("b/main.go", main("b").replaceAll("shared", "extra"));
    await untilGood(fleet, "b#1", 2);
    expect(await ask(fleet, "b#1")).toBe("b extra");
    await fleet.engine.followed();
    fleet.write("extra/extra.go", 'package extra\n\nfunc Word() string { return "more" }\n');
    await untilGood(fleet, "b#1", 3);
    expect(await ask(fleet, "b#1")).toBe("b more");
    const pid = fleet.pid("b#1");
    rmSync(fleet.path("extra"), { recursive: true });
    await fleet.until("it does not build", () => fleet.service("b").build.status === "failed", limitMs);
    expect(fleet.pid("b#1")).toBe(pid);
  });

  test("edits during a build end with the last of them", async () => {
    const fleet = await openGo();
    for (const word of ["x1", "x2", "x3"]) {
      fleet.write("a/main.go", main(word));
      await fleet.until(
        "it is building",
        () => ["building", "queued"].includes(fleet.service("a").build.status),
        limitMs,
      );
    }
    await fleet.until(
      "the last one answers",
      () =>
        fleet.service("a").build.status === "ok" &&
        fleet.phase("a#1") === "ready" &&
        fleet.replica("a#1").generation > 1,
      limitMs,
    );
    await vi.waitFor(async () => expect(await ask(fleet, "a#1")).toBe("x3 one"), { timeout: limitMs, interval: 100 });
  });

  test("a switch of branches is one build for each service that it is about", async () => {
    const many = Array.from({ length: 1_000 }, (_, i) => `shared/part${i}.go`);
    const part = (i: number, word: string): string => `package shared\n\nconst part${i} = "${word}"\n`;
    const fleet = await openGo(Object.fromEntries(many.map((file, i) => [file, part(i, "main")])));
    const before = fleet.events.length;
    for (const [i, file] of many.entries()) fleet.write(file, part(i, "branch"));
    fleet.write("shared/shared.go", shared("branch"));
    await untilGood(fleet, "a#1", 2);
    const events = fleet.events.slice(before).map(({ event }) => event);
    const ends = events.filter((event) => event.kind === "buildChanged" && event.build.status === "ok");
    expect(ends.map((event) => (event.kind === "buildChanged" ? event.service : ""))).toEqual(["a"]);
    expect(await ask(fleet, "a#1")).toBe("a branch");
    expect(fleet.replica("b#1").generation).toBe(1);
  });

  test("through ten reruns of two replicas somebody always answers", async () => {
    const fleet = await openGo({ "a/service.yml": "port: auto\nscale: 2\nready: {http: /}\n" });
    await fleet.until("both", () => fleet.phase("a#2") === "ready", limitMs);
    let isOver = false;
    const failures: string[] = [];
    let answers = 0;
    const client = (async () => {
      while (!isOver) {
        const tries = await Promise.allSettled([ask(fleet, "a#1"), ask(fleet, "a#2")]);
        if (tries.every((one) => one.status === "rejected"))
          failures.push(JSON.stringify([fleet.phase("a#1"), fleet.phase("a#2")]));
        answers++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    for (let round = 1; round <= 10; round++) {
      // Another file each time, as by somebody who is quick, and not by the service itself.
      fleet.write(
        `shared/round${round % 3}.go`,
        `package shared

var round${round % 3} = ${round}

func init() { println(round${round % 3}) }
`,
      );
      await untilGood(fleet, "a#2", round + 1);
      await untilGood(fleet, "a#1", round + 1);
    }
    isOver = true;
    await client;
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(10);
  }, 300_000);
});
