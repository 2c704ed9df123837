import { appendFileSync, chmodSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/lib/clock.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { inotifyWatches, WatchedFolder } from "./watched-folder.ts";

let folder: WatchedFolder;

beforeEach(() => {
  folder = new WatchedFolder();
  folder.old({
    "orders/main.go": "package main",
    "orders/main_test.go": "package main",
    "gateway/main.go": "package main",
    "shared/money.go": "package shared",
    "go.mod": "module shop",
  });
});

afterEach(() => folder[Symbol.asyncDispose]());

async function followShop(): Promise<void> {
  folder.follow("orders", ["orders", "shared", "go.mod"]);
  folder.follow("gateway", ["gateway", "go.mod"]);
  await folder.watch.settled();
}

describe("of a Go service", () => {
  test("a change in its own package is told of it alone", async () => {
    await followShop();
    folder.write({ "orders/main.go": "package main // changed" });
    expect(await folder.soFar()).toEqual(["orders: orders/main.go"]);
  });

  test("a change in a shared package is told of those that import it", async () => {
    await followShop();
    folder.follow("billing", ["shared"]);
    await folder.watch.settled();
    folder.write({ "shared/money.go": "package shared // changed" });
    expect((await folder.soFar()).sort()).toEqual(["billing: shared/money.go", "orders: shared/money.go"]);
  });

  test("a change of its tests is told as such", async () => {
    await followShop();
    folder.write({ "orders/main_test.go": "package main // changed" });
    expect(await folder.soFar()).toEqual(["orders (test): orders/main_test.go"]);
  });

  test("what is no source is told to nobody", async () => {
    await followShop();
    folder.write({ "orders/README.md": "", "orders/orders.log": "", "orders/data/x.go": "" });
    expect(await folder.soFar()).toEqual([]);
  });

  test("go.mod is told of all", async () => {
    await followShop();
    folder.write({ "go.mod": "module shop // changed" });
    expect((await folder.soFar()).sort()).toEqual(["gateway: go.mod", "orders: go.mod"]);
  });

  test("a go.mod that comes in its package is told of", async () => {
    await followShop();
    folder.write({ "orders/go.mod": "module orders" });
    expect(await folder.soFar()).toEqual(["orders: orders/go.mod"]);
  });

  test("a new file in its package is told of, and so is one that goes", async () => {
    await followShop();
    folder.write({ "orders/more.go": "package main" });
    expect(await folder.hears()).toEqual(["orders: orders/more.go"]);
    rmSync(folder.join("orders/more.go"));
    expect(await folder.hears()).toEqual(["orders: orders/more.go"]);
  });
});

describe("nothing is told", () => {
  const saved = "package main // changed";
  const ways: [string, () => void][] = [
    ["another mode", () => chmodSync(folder.join("orders/main.go"), 0o600)],
    ["a save of the same bytes", () => folder.write({ "orders/main.go": saved })],
    ["a new time", () => utimesSync(folder.join("orders/main.go"), new Date(), new Date())],
    [
      "a save of the same bytes by way of another file",
      () => {
        folder.write({ "orders/main.go.new": saved });
        renameSync(folder.join("orders/main.go.new"), folder.join("orders/main.go"));
      },
    ],
    [
      "a save of the same bytes in the manner of vim",
      () => {
        folder.write({ "orders/4913": "" });
        rmSync(folder.join("orders/4913"));
        renameSync(folder.join("orders/main.go"), folder.join("orders/main.go~"));
        folder.write({ "orders/main.go": saved });
        rmSync(folder.join("orders/main.go~"));
      },
    ],
    [
      "a file that is deleted and written again as it was",
      () => {
        rmSync(folder.join("orders/main.go"));
        folder.write({ "orders/main.go": saved });
      },
    ],
  ];
  test.each(ways)("of %s", async (_what, save) => {
    await followShop();
    folder.write({ "orders/main.go": saved });
    expect(await folder.hears()).toEqual(["orders: orders/main.go"]);
    save();
    expect(await folder.soFar()).toEqual([]);
  });

  test("of another mode of a file that never changed", async () => {
    await followShop();
    chmodSync(folder.join("orders/main.go"), 0o600);
    expect(await folder.soFar()).toEqual([]);
  });

  test("of a first save of the same bytes, some seconds after it was followed", async () => {
    await followShop();
    await waitUntil("what was found is read", () => folder.hasLearnt);
    folder.write({ "orders/main.go": "package main" });
    expect(await folder.soFar()).toEqual([]);
    folder.write({ "orders/main.go": "package niam" });
    expect(await folder.soFar()).toEqual(["orders: orders/main.go"]);
  });

  test("of a service that is followed no more", async () => {
    await followShop();
    folder.write({ "orders/main.go": saved });
    folder.watch.unfollow("orders");
    expect(await folder.soFar()).toEqual([]);
  });
});

describe("each of these saves is told once", () => {
  const ways: [string, () => void][] = [
    ["in place", () => folder.write({ "orders/main.go": "package main // 1" })],
    [
      "in two writes",
      () => {
        folder.write({ "orders/main.go": "package main" });
        appendFileSync(folder.join("orders/main.go"), " // 2");
      },
    ],
    [
      "by way of another file",
      () => {
        folder.write({ "orders/main.go___jb_tmp___": "package main // 3" });
        renameSync(folder.join("orders/main.go"), folder.join("orders/main.go___jb_old___"));
        renameSync(folder.join("orders/main.go___jb_tmp___"), folder.join("orders/main.go"));
        rmSync(folder.join("orders/main.go___jb_old___"));
      },
    ],
    [
      "in the manner of vim",
      () => {
        folder.write({ "orders/.main.go.swp": "x", "orders/4913": "" });
        rmSync(folder.join("orders/4913"));
        renameSync(folder.join("orders/main.go"), folder.join("orders/main.go~"));
        folder.write({ "orders/main.go": "package main // 4" });
        rmSync(folder.join("orders/main.go~"));
        rmSync(folder.join("orders/.main.go.swp"));
      },
    ],
  ];
  test.each(ways)("%s", async (_what, save) => {
    await followShop();
    for (const service of ["orders", "all"]) {
      if (service === "all") folder.follow("all", ["orders/**"]);
      await folder.watch.settled();
    }
    save();
    expect((await folder.soFar()).sort()).toEqual(["all: orders/main.go", "orders: orders/main.go"]);
    save();
    expect((await folder.soFar()).filter((line) => !/main\.go$/.test(line))).toEqual([]);
  });
});

describe("a plan", () => {
  test("that has a new package brings it in, and one without it takes it out again", async () => {
    await followShop();
    folder.old({ "tax/tax.go": "package tax", "tax/deep/x.go": "" });
    folder.follow("orders", ["orders", "shared", "tax"]);
    await folder.watch.settled();
    folder.write({ "tax/tax.go": "package tax // changed", "tax/deep/x.go": "changed" });
    expect(await folder.soFar()).toEqual(["orders: tax/tax.go"]);
    const watches = inotifyWatches();
    folder.follow("orders", ["orders", "shared"]);
    await waitUntil("the folder is let go", () => inotifyWatches() === watches - 1);
    folder.write({ "tax/tax.go": "package tax // again", "orders/main.go": "package main // again" });
    expect(await folder.soFar()).toEqual(["orders: orders/main.go"]);
  });

  test("may begin with what was written since the build began", async () => {
    await followShop();
    const builtAt = Date.now() - 30_000;
    folder.old({ "tax/rate.go": "package tax" });
    folder.write({ "tax/tax.go": "package tax" });
    folder.watch.follow("orders", folder.plan(["orders", "tax"]), 60, builtAt);
    await folder.watch.settled();
    expect(await folder.soFar()).toEqual(["orders: tax/tax.go"]);
  });

  test("that comes to what another follows already begins with what was written and deleted since its build began", async () => {
    folder.old({ "shared/old.go": "package shared", "shared/rate.go": "package shared" });
    await followShop();
    const builtAt = Date.now() - 1000;
    folder.write({ "shared/money.go": "package shared // changed" });
    rmSync(folder.join("shared/rate.go"));
    await waitUntil("both are told", () => folder.told.join(" ").includes("rate.go"));
    folder.told.splice(0);
    folder.watch.follow("billing", folder.plan(["shared"]), 60, builtAt);
    folder.watch.follow("late", folder.plan(["shared"]), 60);
    expect(await folder.soFar()).toEqual(["billing: shared/money.go shared/rate.go"]);
    folder.watch.follow("billing", folder.plan(["shared", "gateway"]), 60, builtAt);
    expect(await folder.soFar()).toEqual([]);
  });

  test("that loses a package and has it again at once misses nothing of it", async () => {
    await followShop();
    folder.follow("orders", ["orders"]);
    await folder.watch.settled();
    const builtAt = Date.now() - 1000;
    folder.write({ "shared/money.go": "package shared // changed" });
    expect(await folder.soFar()).toEqual([]);
    folder.watch.follow("orders", folder.plan(["orders", "shared"]), 60, builtAt);
    expect(await folder.soFar()).toEqual(["orders: shared/money.go"]);
    folder.write({ "shared/money.go": "package shared // changed again" });
    expect(await folder.soFar()).toEqual(["orders: shared/money.go"]);
  });

  test("shares its folders with others: one inotify watch each", async () => {
    const before = inotifyWatches();
    await followShop();
    // orders, shared, gateway, and the folder of go.mod.
    expect(inotifyWatches() - before).toBe(4);
    for (let i = 0; i < 10; i++) folder.follow(`more-${i}`, ["orders", "shared", "gateway/**", "go.mod"]);
    await folder.watch.settled();
    expect(inotifyWatches() - before).toBe(4);
    await folder.watch.close();
    expect(inotifyWatches()).toBe(before);
  });

  test("of a folder looks through no folder in it that is another's to watch", async () => {
    const found: string[] = [];
    await using fleet = new WatchedFolder({
      open: (paths, options) => watch(paths, options).on("add", (path) => found.push(basename(path))),
    });
    const services = Array.from({ length: 12 }, (_, i) => `web${i}`);
    for (const name of services) fleet.old({ [`${name}/${name}.js`]: "" });
    fleet.old({ "root.go": "package main" });
    fleet.follow("config", [""]);
    for (const name of services) fleet.follow(name, [`${name}/**`]);
    await fleet.watch.settled();
    // Those of one layer with the folder may be met twice.
    const twice = found.filter((name, at) => found.indexOf(name) !== at);
    expect(twice.length).toBeLessThan(6);
    expect(new Set(found)).toEqual(new Set(["root.go", ...services.map((name) => `${name}.js`)]));
  });

  test("that changes has little besides looked through anew", async () => {
    const opened: string[] = [];
    await using fleet = new WatchedFolder({
      open: (paths, options) => {
        opened.push(...paths.map((path) => basename(path)));
        return watch(paths, options);
      },
    });
    const services = Array.from({ length: 30 }, (_, i) => `web${i}`);
    for (const name of services) fleet.old({ [`${name}/${name}.js`]: "", [`lib/${name}.js`]: "" });
    for (const name of services) fleet.follow(name, [`${name}/**`]);
    await fleet.watch.settled();
    expect(opened.toSorted()).toEqual(services.toSorted());
    opened.length = 0;
    fleet.follow("web7", ["lib/**"]);
    await waitUntil("what is watched no more is let go", async () => {
      await fleet.watch.settled();
      return opened.length > 1;
    });
    expect(opened.length).toBeLessThan(8);
    fleet.write({ "web7/web7.js": "nobody's", "web8/web8.js": "changed", "lib/web7.js": "changed" });
    expect((await fleet.soFar()).sort()).toEqual(["web7: lib/web7.js", "web8: web8/web8.js"]);
  });

  test("that is wanted again in the moment in which it is let go is followed", async () => {
    const opened: FSWatcher[] = [];
    await using fleet = new WatchedFolder({
      open: (paths, options) => {
        if (opened.length === 1) fleet.follow("orders", ["orders"]);
        const watcher = watch(paths, options);
        opened.push(watcher);
        return watcher;
      },
    });
    fleet.old({ "orders/main.go": "package main", "gateway/main.go": "package main" });
    fleet.follow("orders", ["orders"]);
    fleet.follow("gateway", ["gateway"]);
    await fleet.watch.settled();
    fleet.watch.unfollow("orders");
    await waitUntil("it is let go", () => opened[0]?.closed === true);
    await fleet.watch.settled();
    fleet.write({ "orders/main.go": "package main // changed" });
    expect(await fleet.hears()).toEqual(["orders: orders/main.go"]);
  });

  test("does not lose a change that is made while others come and go", async () => {
    await followShop();
    for (let i = 0; i < 20; i++) {
      folder.old({ [`p${i}/x.go`]: "" });
      folder.follow(`other-${i}`, [`p${i}`, i % 2 === 0 ? "shared" : "gateway/**"]);
      if (i > 5) folder.watch.unfollow(`other-${i - 5}`);
      if (i % 4 === 0) await folder.watch.settled();
      folder.write({ "orders/main.go": `package main // ${i}` });
      expect(await folder.hears()).toEqual(["orders: orders/main.go"]);
    }
  });
});

describe("a folder", () => {
  test("that is deleted and comes back is followed again", async () => {
    await followShop();
    rmSync(folder.join("shared"), { recursive: true });
    expect(await folder.hears()).toEqual(["orders: shared/money.go"]);
    folder.write({ "shared/money.go": "package shared // back" });
    expect(await folder.hears()).toEqual(["orders: shared/money.go"]);
    folder.write({ "shared/money.go": "package shared // and changed" });
    expect(await folder.hears()).toEqual(["orders: shared/money.go"]);
  });

  test.each(["shared", "web/src/deep", "web/src"])(
    "that is deleted and made anew at once is followed on: %s",
    async (dir) => {
      folder.old({ "web/src/deep/a.js": "0", "web/src/b.js": "0", "web/c.js": "0" });
      await followShop();
      folder.follow("web", ["web/**"]);
      await folder.watch.settled();
      const file = { shared: "shared/money.go", "web/src": "web/src/b.js" }[dir] ?? "web/src/deep/a.js";
      for (let round = 1; round <= 3; round++) {
        rmSync(folder.join(dir), { recursive: true });
        folder.write({ [file]: `made anew ${round}`, [join(dir, "more.go")]: "" });
        expect(`${await folder.hears()}${await folder.soFar()}`).toContain(file);
        folder.write({ [file]: `changed ${round}` });
        expect(`${await folder.hears()}${await folder.soFar()}`).toContain(file);
      }
    },
  );

  test("that is not there yet is awaited", async () => {
    folder.follow("orders", ["orders", "later/deep"]);
    await folder.watch.settled();
    folder.write({ "later/deep/x.go": "package deep" });
    expect(await folder.hears()).toEqual(["orders: later/deep/x.go"]);
  });

  test("is followed with all folders in it, also new ones, but for those that are ignored", async () => {
    folder.old({ "web/.gitignore": "tmp/\n!tmp/keep\n*.map\n", "web/src/.gitignore": "!keep.map\n" });
    for (const dir of ["node_modules/x", ".git", "dist", "tmp", "src/deep"]) folder.old({ [`web/${dir}/a.js`]: "" });
    const before = inotifyWatches();
    folder.follow("web", ["web/**"], { globs: ["*.md"], files: [folder.join("web/service.yml")] });
    await folder.watch.settled();
    expect(inotifyWatches() - before).toBe(3);
    const names = ["node_modules/x/a.js", ".git/a.js", "dist/a.js", "tmp/a.js", "a.map", "src/b.map", "src/README.md"];
    for (const name of names) folder.write({ [`web/${name}`]: "changed" });
    folder.write({ "web/service.yml": "changed", "web/src/deep/a.js": "changed", "web/src/keep.map": "changed" });
    expect(await folder.soFar()).toEqual(["web: web/src/deep/a.js web/src/keep.map"]);
    folder.write({ "web/src/new/far/b.js": "" });
    expect(await folder.hears()).toEqual(["web: web/src/new/far/b.js"]);
    folder.write({ "web/src/new/far/b.js": "changed" });
    expect(await folder.hears()).toEqual(["web: web/src/new/far/b.js"]);
  });

  test("may be a link, and so may a file in it; a link to another folder is not followed", async () => {
    folder.old({ "real/app.js": "", "far/away.js": "", "far/linked.js": "" });
    symlinkSync(folder.join("real"), folder.join("web"));
    symlinkSync(folder.join("far"), folder.join("real/far"));
    symlinkSync(folder.join("far/linked.js"), folder.join("real/linked.js"));
    symlinkSync(folder.join("nowhere"), folder.join("real/dangling"));
    folder.follow("web", ["web/**"]);
    await folder.watch.settled();
    folder.write({ "real/app.js": "changed" });
    expect(await folder.hears()).toEqual(["web: web/app.js"]);
    folder.write({ "far/linked.js": "changed" });
    expect(await folder.hears()).toEqual(["web: web/linked.js"]);
    folder.write({ "far/away.js": "changed" });
    expect(await folder.soFar()).toEqual([]);
  });

  test("follows a .gitignore that changes", async () => {
    folder.old({ "web/.gitignore": "made/\n", "web/made/a.js": "" });
    folder.follow("web", ["web/**"]);
    await folder.watch.settled();
    const watches = inotifyWatches();
    folder.write({ "web/.gitignore": "data/\n" });
    await waitUntil("what is no longer ignored is watched", () => inotifyWatches() === watches + 1);
    await folder.watch.settled();
    folder.write({ "web/made/a.js": "changed" });
    expect(await folder.hears()).toEqual(["web: web/made/a.js"]);
    folder.write({ "web/data/x.json": "" });
    expect(await folder.soFar()).toEqual([]);
  });

  test("is one of Go sources before the first build is known", async () => {
    folder.old({ "app/go.mod": "", "app/internal/x/x.go": "", "app/testdata/t.go": "", "app/vendor/v/v.go": "" });
    folder.follow("app", ["app/**.go"]);
    await folder.watch.settled();
    folder.write({ "app/testdata/t.go": "changed", "app/vendor/v/v.go": "changed", "app/notes.txt": "" });
    folder.write({ "app/internal/x/x.go": "changed", "app/go.mod": "changed" });
    expect((await folder.soFar()).map((line) => line.split(" ").sort())).toEqual([
      ["app/go.mod", "app/internal/x/x.go", "app:"],
    ]);
  });
});

describe("a file that changes while its folder is looked through for the first time is told of", () => {
  const other = "package main // changed";
  const ways: [string, (file: string) => void][] = [
    ["where it is saved in place", (file) => writeFileSync(file, other)],
    [
      "where another takes its place",
      (file) => {
        writeFileSync(`${file}.new`, other);
        renameSync(`${file}.new`, file);
      },
    ],
    [
      "where it is deleted and made anew, as by a checkout",
      (file) => {
        rmSync(file);
        writeFileSync(file, other);
      },
    ],
    ["where it is deleted", (file) => rmSync(file)],
  ];
  test.each(ways)("%s", async (_what, change) => {
    let changed = "";
    await using early = new WatchedFolder({
      open: (paths, options) => {
        const watcher = watch(paths, options);
        return watcher.on("add", (path) => {
          if (changed === "") {
            changed = path;
            change(path);
          }
        });
      },
    });
    // So many that what happens is reported before all are seen.
    for (let i = 0; i < 500; i++) early.old({ [`orders/f${i}.go`]: "package main" });
    early.follow("orders", ["orders"]);
    await early.watch.settled();
    expect(await early.hears()).toEqual([`orders: ${relative(early.path, changed)}`]);
    expect(await early.soFar()).toEqual([]);
  });
});

test("a storm of changes is one change for each service it is about", async () => {
  const services = Array.from({ length: 10 }, (_, i) => `s${i}`);
  const files = services.flatMap((name) => Array.from({ length: 30 }, (_, i) => `${name}/f${i}.go`));
  for (const file of files) folder.old({ [file]: "package x" });
  for (const name of services) folder.follow(name, [name, "shared"], {}, 300);
  folder.follow("gateway", ["gateway"]);
  await folder.watch.settled();
  for (const [i, file] of files.entries()) {
    writeFileSync(folder.join(file), "package y");
    // As a checkout does, which takes its time: longer than a service's quiet time, all in all.
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
  }
  folder.write({ "shared/money.go": "package shared // changed" });
  await waitUntil("all are told", () => folder.told.length >= services.length);
  const told = await folder.soFar();
  expect(told.map((line) => line.split(":")[0]).sort()).toEqual(services);
  expect(told.every((line) => line.endsWith(" and 11 more"))).toBe(true);
});

test("what changes in a storm of which the system drops reports is told even so", async () => {
  folder.old({ "gateway/gone.go": "package main" });
  await followShop();
  for (let i = 0; i < 1200; i++) folder.write({ [`orders/f${i}.go`]: "package main" });
  // Linux holds 16384 for whoever is busy.
  for (let i = 0; i < 20_000; i++) chmodSync(folder.join(`orders/f${i % 2}.go`), 0o600);
  folder.write({ "gateway/main.go": "package main // changed", "gateway/new.go": "package main" });
  rmSync(folder.join("gateway/gone.go"));
  const ofGateway = () => folder.told.filter((line) => line.startsWith("gateway")).join();
  const isTold = () => ["main.go", "new.go", "gone.go"].every((name) => ofGateway().includes(`gateway/${name}`));
  await waitUntil("all are told", isTold, 60_000);
  folder.told.splice(0);
  await folder.watch.settled();
  folder.write({ "gateway/new.go": "package main // changed" });
  await waitUntil("it goes on", () => ofGateway().includes("gateway/new.go"), 30_000);
}, 120_000);

test("a service that writes its own sources is not rerun for ever, and the file is named", async () => {
  folder.old({ "app/server.js": "", "app/state.json": "0" });
  folder.follow("app", ["app/**"], { base: folder.join("app") });
  await folder.watch.settled();
  for (let i = 1; i < 20; i++) {
    folder.watch.restarted("app");
    folder.write({ "app/state.json": `${i}` });
    const told = await folder.hears();
    if (told[0]?.startsWith("!")) {
      expect(told).toEqual([expect.stringMatching(/^! app: state\.json changes after every restart/)]);
      expect(i).toBeLessThan(8);
      folder.write({ "app/state.json": "again" });
      expect(await folder.soFar()).toEqual([]);
      folder.watch.unfollow("app");
      folder.follow("app", ["app/**"], { base: folder.join("app") });
      await folder.watch.settled();
      folder.write({ "app/server.js": "changed" });
      expect(await folder.hears()).toEqual(["app: app/server.js"]);
      return;
    }
  }
  throw new Error("it went on for ever");
});

test("where the system has no watches left, that is told once, with the remedy, and files are looked at", async () => {
  const asked: (string | undefined)[] = [];
  await using poor = new WatchedFolder({
    open: (paths, options) => {
      asked.push(options.backend);
      const watcher = watch(paths, options.backend === "polling" ? { ...options, pollingInterval: 20 } : options);
      if (options.backend !== "polling") {
        const error = Object.assign(new Error("ENOSPC: System limit"), { code: "ENOSPC" });
        watcher.once("ready", () => {
          watcher.emit("error", error);
          watcher.emit("error", error);
        });
      }
      return watcher;
    },
  });
  poor.old({ "orders/main.go": "package main" });
  poor.follow("orders", ["orders"]);
  const told = await poor.hears();
  expect(told).toEqual([expect.stringContaining("fs.inotify.max_user_watches=")]);
  await poor.watch.settled();
  poor.write({ "orders/main.go": "package main // changed" });
  expect(await poor.hears()).toEqual(["orders: orders/main.go"]);
  expect(asked).toEqual([undefined, "polling"]);
});

test("once there are watches again they are used, which is said once, and no change is lost", async () => {
  const backends: (string | undefined)[] = [];
  const relieved: string[] = [];
  let hasWatches = false;
  let asked = 0;
  let pass = (): void => {};
  await using poor = new WatchedFolder({
    clock: {
      now: systemClock.now,
      after: (ms, fn) => {
        // A minute is as long as the test says.
        if (ms !== 60_000) return systemClock.after(ms, fn);
        pass = fn;
        return () => undefined;
      },
    },
    canWatch: (folders) => {
      asked += 1;
      expect(folders).toContain(poor.join("orders"));
      return hasWatches;
    },
    onRelief: (message) => relieved.push(message),
    open: (paths, options) => {
      backends.push(options.backend);
      const watcher = watch(paths, options.backend === "polling" ? { ...options, pollingInterval: 20 } : options);
      if (options.backend !== "polling" && !hasWatches) {
        const error = Object.assign(new Error("ENOSPC: System limit"), { code: "ENOSPC" });
        watcher.once("ready", () => watcher.emit("error", error));
      }
      return watcher;
    },
  });
  poor.old({ "orders/main.go": "package main" });
  poor.follow("orders", ["orders"]);
  await poor.hears();
  await poor.watch.settled();
  expect((await poor.watch.look("orders"))?.polling).toEqual({ everyMs: 2000, why: expect.stringMatching("inotify") });
  pass();
  expect([asked, backends]).toEqual([1, [undefined, "polling"]]);
  hasWatches = true;
  pass();
  poor.write({ "orders/main.go": "package main // changed meanwhile" });
  expect(await poor.hears()).toEqual(["orders: orders/main.go"]);
  await waitUntil("it is said", () => relieved.length > 0);
  expect(backends).toEqual([undefined, "polling", undefined]);
  expect((await poor.watch.look("orders"))?.polling).toBe(null);
  poor.write({ "orders/main.go": "package main // changed again" });
  expect(await poor.hears()).toEqual(["orders: orders/main.go"]);
  expect(relieved).toEqual([expect.stringContaining("changes are seen at once")]);
});

describe("a .gitignore above the watched folder", () => {
  const app = { ".git/HEAD": "", "services/web/app.js": "", "services/web/made/a.js": "" };

  async function followBelow(rules: Record<string, string>): Promise<number> {
    folder.old({ ...app, ...rules });
    const before = inotifyWatches();
    folder.follow("web", ["services/web/**"]);
    await folder.watch.settled();
    return inotifyWatches() - before;
  }

  test("is heeded anew when it changes", async () => {
    expect(await followBelow({ ".gitignore": "made/\n" })).toBe(3);
    folder.write({ "services/web/made/a.js": "changed" });
    expect(await folder.soFar()).toEqual([]);
    const watches = inotifyWatches();
    folder.write({ ".gitignore": "*.tmp\n" });
    await waitUntil("what is no longer ignored is watched", () => inotifyWatches() === watches + 1);
    await folder.watch.settled();
    folder.write({ "services/web/x.tmp": "", "services/web/made/a.js": "changed again" });
    expect(await folder.soFar()).toEqual(["web: services/web/made/a.js"]);
  });

  test("is heeded once it is there, and no more once it is gone", async () => {
    expect(await followBelow({})).toBe(4);
    folder.write({ "services/.gitignore": "made/\n" });
    await waitUntil("what is ignored now is not watched", async () => (await madeIsWatched()) === false);
    rmSync(folder.join("services/.gitignore"));
    await waitUntil("what is not ignored any more is watched", madeIsWatched);
  });

  test("is watched once for all that is below it, and not above the repository", async () => {
    folder.old({
      "repo/.git/HEAD": "",
      "repo/services/a/x.js": "",
      "repo/services/b/x.js": "",
      ".gitignore": "x.js\n",
    });
    const before = inotifyWatches();
    folder.follow("a", ["repo/services/a/**"]);
    folder.follow("b", ["repo/services/b/**"]);
    await folder.watch.settled();
    expect(inotifyWatches() - before).toBe(4);
    folder.write({ ".gitignore": "*.js\n", "repo/services/a/x.js": "changed" });
    expect(await folder.soFar()).toEqual(["a: repo/services/a/x.js"]);
  });

  async function madeIsWatched(): Promise<boolean> {
    folder.write({ "services/web/made/a.js": String(Math.random()) });
    await folder.watch.settled();
    return (await folder.soFar()).includes("web: services/web/made/a.js");
  }
});

describe("how a service is watched", () => {
  test("tells its folders, its files, and what which rule leaves out", async () => {
    folder.old({ ".git/HEAD": "", ".gitignore": "*.map\n", "web/.gitignore": "tmp/\n", "web/service.yml": "" });
    for (const dir of ["node_modules/x", "dist", "tmp", "src/deep"]) folder.old({ [`web/${dir}/a.js`]: "" });
    folder.old({ "web/a.map": "", "web/src/b.map": "", "web/README.md": "", "web/app.js~": "" });
    folder.follow("web", ["web/**"], { globs: ["*.md"], files: [folder.join("web/service.yml")] });
    expect(await folder.watch.look("web")).toMatchObject({
      folders: 3,
      files: 2,
      ignored: [
        { rule: "*.map", from: ".gitignore", count: 2 },
        { rule: "*.md", from: "watch.ignore", count: 1 },
        { rule: "app.js~", from: "always", count: 1 },
        { rule: "dist/", from: "build outputs", count: 1 },
        { rule: "node_modules", from: "always", count: 1 },
        { rule: "tmp/", from: ".gitignore", count: 1 },
      ],
      isMore: false,
      polling: null,
    });
  });

  test("counts Go packages by their Go files, and what several plans name once", async () => {
    folder.old({ "orders/README.md": "" });
    folder.follow("orders", ["orders", "orders", "shared", "go.mod"]);
    expect(await folder.watch.look("orders")).toMatchObject({ folders: 2, files: 4, ignored: [] });
  });

  test("is nothing for a service that is not followed", async () => {
    folder.follow("orders", ["orders"]);
    folder.watch.unfollow("orders");
    expect(await folder.watch.look("orders")).toBe(null);
  });
});
