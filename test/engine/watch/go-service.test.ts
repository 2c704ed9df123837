import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { relative } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import { GoToolchain } from "../../../src/engine/build/go-toolchain.ts";
import { watchPlanOf } from "../../../src/engine/watch/watch-plan.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { goService } from "../build/service-spec.ts";
import { quietMs, WatchedFolder } from "./watched-folder.ts";

/** Loaded machines build slowly. */
vi.setConfig({ testTimeout: 120_000 });

/** Prints with the runtime alone, so that it builds fast. */
const shop = {
  "go.mod": "module example.com/shop\n\ngo 1.19\n",
  "money/money.go": "package money\n\nconst Euro = 1\n",
  "money/money_test.go": "package money\n",
  "tax/rate/rate.go": "package rate\n\nconst Rate = 1\n",
  "orders/main.go": 'package main\n\nimport "example.com/shop/money"\n\nfunc main() { println(money.Euro) }\n',
  "gateway/main.go": 'package main\n\nfunc main() { println("gateway") }\n',
};
const withTax = shop["orders/main.go"].replace("import ", 'import _ "example.com/shop/tax/rate"\nimport ');

let folder: WatchedFolder;
let queue: BuildQueue;
let recorded: string[];

beforeEach(() => {
  folder = new WatchedFolder();
  folder.old(shop);
  recorded = [];
  queue = new BuildQueue({
    concurrency: 2,
    binDir: folder.join(".orchestra/bin"),
    onChange: () => undefined,
    onInputs: (keys) => recorded.push(...keys),
  });
});

afterEach(async () => {
  await queue.close();
  await folder[Symbol.asyncDispose]();
});

const jobOf = (name: string) => ({
  service: goService(name, folder.join(name)),
  env: process.env as Record<string, string>,
  force: false,
});

/** Builds a service, waits until its inputs are known, and follows it by them. */
async function buildAndFollow(name: string): Promise<BuildOutcome> {
  const job = jobOf(name);
  recorded.length = 0;
  const startedAt = Date.now();
  const outcome = await queue.request(job);
  await waitUntil("its inputs are known", () => recorded.includes(queue.keyOf(job) ?? ""), 60_000);
  folder.watch.follow(name, watchPlanOf(job.service, queue.inputsOf(job), existsSync), quietMs, startedAt);
  await folder.watch.settled();
  return outcome;
}

/** A folder with a `go` of a version manager. */
function standIn(): string {
  const go = execFileSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).trim();
  folder.write({ "shims/go": `#!/bin/sh\nexec "${go}" "$@"\n` });
  chmodSync(folder.join("shims/go"), 0o755);
  return folder.join("shims");
}

function directoriesOf(name: string): string[] {
  const { directories } = queue.inputsOf(jobOf(name)) ?? { directories: [] };
  return [...new Set(directories.map(({ dir }) => relative(folder.path, dir)))].sort();
}

describeWith("go", "a Go service that was built", () => {
  test("is followed by the packages that it depends on, and no others", async () => {
    await buildAndFollow("orders");
    await buildAndFollow("gateway");
    folder.write({ "money/money.go": "package money\n\nconst Euro = 2\n" });
    expect(await folder.soFar()).toEqual(["orders: money/money.go"]);
    folder.write({ "tax/rate/rate.go": "package rate\n\nconst Rate = 2\n" });
    expect(await folder.soFar()).toEqual([]);
    folder.write({ "money/money_test.go": "package money // changed\n" });
    expect(await folder.soFar()).toEqual(["orders (test): money/money_test.go"]);
    folder.write({ "go.mod": shop["go.mod"].replace("1.19", "1.20") });
    expect((await folder.soFar()).sort()).toEqual(["gateway: go.mod", "orders: go.mod"]);
  });

  test("is followed by a package that it imports anew, from the build that found it on", async () => {
    await buildAndFollow("orders");
    folder.write({ "orders/main.go": withTax });
    expect(await folder.hears()).toEqual(["orders: orders/main.go"]);
    await buildAndFollow("orders");
    folder.write({ "tax/rate/rate.go": "package rate\n\nconst Rate = 2\n" });
    expect(await folder.soFar()).toEqual(["orders: tax/rate/rate.go"]);
  });

  test("is followed by the package that broke its build", async () => {
    await buildAndFollow("orders");
    folder.old({ "tax/rate/rate.go": "package rate\n\nconst Rate = \n" });
    folder.write({ "orders/main.go": withTax });
    await folder.hears();
    expect(await buildAndFollow("orders")).toMatchObject({ ok: false });
    folder.write({ "tax/rate/rate.go": shop["tax/rate/rate.go"] });
    expect(await folder.hears()).toEqual(["orders: tax/rate/rate.go"]);
    expect(await buildAndFollow("orders")).toMatchObject({ ok: true });
    expect(directoriesOf("orders")).toEqual(["money", "orders", "tax/rate"]);
  });

  test("is followed by a package that is half written while it is found out what the build was made of", async () => {
    const job = jobOf("orders");
    const startedAt = Date.now();
    expect(await queue.request(job)).toMatchObject({ ok: true });
    // As a switch of branches leaves it for a moment: go reads it only now.
    folder.write({ "money/money.go": "" });
    await waitUntil("its inputs are known", () => recorded.includes(queue.keyOf(job) ?? ""), 60_000);
    expect(directoriesOf("orders")).toEqual(["money", "orders"]);
    folder.watch.follow("orders", watchPlanOf(job.service, queue.inputsOf(job), existsSync), quietMs, startedAt);
    expect(await folder.hears()).toEqual(["orders: money/money.go"]);
    folder.write({ "money/money.go": shop["money/money.go"] });
    expect(await folder.hears()).toEqual(["orders: money/money.go"]);
    expect(await buildAndFollow("orders")).toMatchObject({ ok: true, skipped: false });
  });

  test("is followed by all its packages although go.mod is half written in that moment", async () => {
    const known: string[] = [];
    const toolchain = new GoToolchain(folder.join("bin"), (keys) => known.push(...keys));
    const job = jobOf("orders");
    const key = toolchain.keyOf(job);
    const built = await toolchain.build(key, job, new AbortController().signal);
    folder.write({ "go.mod": "" });
    expect(built).toMatchObject({ ok: true });
    await toolchain.settling(key);
    folder.write({ "go.mod": shop["go.mod"] });
    await waitUntil("its inputs are known", () => known.includes(key), 60_000);
    const dirs = toolchain.inputsOf(key)?.directories.map(({ dir }) => relative(folder.path, dir));
    expect(dirs?.sort()).toEqual(["money", "orders"]);
    await toolchain.close();
  });

  test.each([
    [
      "whose go is a stand-in that picks a version by its own rules",
      () => ({ PATH: `${standIn()}:${process.env.PATH}` }),
    ],
    [
      "whose go warns of something each time",
      () => ({ GOPATH: execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim() }),
    ],
  ])("%s is followed by all its packages", async (_what, own) => {
    const job = { ...jobOf("orders"), env: { ...jobOf("orders").env, ...own() } };
    await queue.request(job);
    await waitUntil("its inputs are known", () => recorded.includes(queue.keyOf(job) ?? ""), 60_000);
    const dirs = queue.inputsOf(job)?.directories.map(({ dir }) => relative(folder.path, dir));
    expect(dirs?.sort()).toEqual(["money", "orders"]);
  });

  test("is followed by a package that it imports and that is yet to be written, also at its first build", async () => {
    folder.write({ "orders/main.go": withTax.replace("tax/rate", "soon/there") });
    expect(await buildAndFollow("orders")).toMatchObject({ ok: false });
    expect(directoriesOf("orders")).toEqual(["money", "orders", "soon/there"]);
    folder.write({ "soon/there/there.go": "package there\n" });
    expect(await folder.hears()).toEqual(["orders: soon/there/there.go"]);
    expect(await buildAndFollow("orders")).toMatchObject({ ok: true });
  });
});
