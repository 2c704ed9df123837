import { describe, expect, test } from "vitest";
import { matchService } from "../../../src/engine/strays/match-service.ts";
import type { Sighting } from "../../../src/engine/strays/sighting.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";
import { orders, sighting } from "./sightings.ts";

/** `exact`, `like` (worth a question) or `none`. */
function verdict(seen: Sighting, change: Partial<ServiceSpec> = {}): string {
  const match = matchService(seen, orders(change));
  return match === null ? "none" : match.isExact ? "exact" : "like";
}

describe("a Go service", () => {
  const go = "/usr/local/go/bin/go";
  test.each<[string, string, string, Partial<Sighting>]>([
    ["go run in its folder", "go run .", "exact", { executable: go }],
    ["go run of its files", "go run main.go orders.go", "exact", { executable: go }],
    ["go run with flags", "go run -race -tags dev .", "exact", { executable: go }],
    ["go run with arguments that are not its own", "go run . --port 9", "like", { executable: go }],
    ["go run from the folder above", "go run ./orders", "like", { executable: go, cwd: "/shop" }],
    ["go run of another package", "go run ./cmd/seed", "none", { executable: go }],
    ["go run in another folder", "go run .", "none", { executable: go, cwd: "/shop/catalog" }],
    ["go run without a package", "go run", "none", { executable: go }],
    ["go build in its folder", "go build .", "none", { executable: go }],
    ["go test in its folder", "go test ./...", "none", { executable: go }],
    ["what go run made", "/tmp/go-build42/b001/exe/orders", "exact", {}],
    ["what go run main.go made", "/tmp/go-build42/b001/exe/main", "exact", {}],
    ["what go run made of another program", "/tmp/go-build42/b001/exe/seed", "none", {}],
    ["what go run made, elsewhere", "/tmp/go-build42/b001/exe/orders", "none", { cwd: "/home/you" }],
    ["its binary in its folder", "./orders", "exact", { executable: "/shop/orders/orders" }],
    ["its binary with other arguments", "./orders -v", "like", { executable: "/shop/orders/orders" }],
    ["its binary under a folder of it", "./tmp/main", "exact", { executable: "/shop/orders/tmp/main" }],
    ["its binary, run from elsewhere", "./orders", "none", { executable: "/shop/orders/orders", cwd: "/home/you" }],
    ["a build of ours by hand", "orders", "exact", { executable: "/shop/.orchestra/bin/orders-1f/2/orders" }],
    [
      "a build of ours, elsewhere",
      "orders",
      "like",
      { executable: "/shop/.orchestra/bin/orders-1f/2/orders", cwd: "/" },
    ],
    ["another program in its folder", "./seed", "none", { executable: "/shop/orders/seed" }],
    ["a debugger's build", "x", "like", { executable: "/shop/orders/__debug_bin3141" }],
    ["an editor's build", "x", "like", { executable: "/home/you/.cache/JetBrains/___go_build_shop_orders" }],
    ["a system program in its folder", "sleep 60", "none", { executable: "/usr/bin/sleep" }],
    [
      "a name that begins like its folder",
      "./orders",
      "none",
      { executable: "/shop/orders2/orders", cwd: "/shop/orders2" },
    ],
    ["a process that hides itself", "", "none", { executable: null, cwd: null }],
  ])("%s", (_name, command, expected, change) => {
    expect(verdict(sighting(command, change))).toBe(expected);
  });

  test("its own arguments count", () => {
    const run = { kind: "binary", args: ["--env", "dev"] } as const;
    const executable = "/shop/orders/orders";
    expect(verdict(sighting("./orders --env dev", { executable }), { run: { ...run, args: [...run.args] } })).toBe(
      "exact",
    );
    expect(verdict(sighting("./orders", { executable }), { run: { ...run, args: [...run.args] } })).toBe("like");
  });

  test("a package below its folder is run from there", () => {
    const build = { kind: "go", go: { package: "./cmd/api", tags: [], race: false, ldflags: "" } } as const;
    const change = { build: { ...build, go: { ...build.go, tags: [] } } };
    expect(verdict(sighting("go run ./cmd/api", { executable: go }), change)).toBe("exact");
    expect(verdict(sighting("go run .", { executable: go }), change)).toBe("none");
    expect(verdict(sighting("./api", { executable: "/shop/orders/api" }), change)).toBe("exact");
  });
});

describe("a service with a command", () => {
  const node = "/usr/bin/node";
  const cases: [string, string, string, string, Partial<Sighting>][] = [
    ["its command line", "node server.js", "node server.js", "exact", { executable: node }],
    ["its script by its whole path", "node server.js", "node /shop/orders/server.js", "like", { executable: node }],
    ["its script with other arguments", "node server.js", "node server.js --inspect", "like", { executable: node }],
    ["its script after flags", "node server.js", "node --inspect server.js", "like", { executable: node }],
    ["another script", "node server.js", "node seed.js", "none", { executable: node }],
    ["its command line elsewhere", "node server.js", "node server.js", "none", { executable: node, cwd: "/shop/web" }],
    [
      "what a shell makes of a variable",
      "node server.js --port $PORT",
      "node server.js --port 1",
      "exact",
      { executable: node },
    ],
    [
      "an assignment and a redirection",
      "A=b exec node server.js >log 2>&1",
      "node server.js",
      "exact",
      { executable: node },
    ],
    [
      "a script with an interpreter of its own",
      "./serve.sh",
      "/bin/sh ./serve.sh",
      "exact",
      { executable: "/usr/bin/dash" },
    ],
    [
      "a tool of its folder",
      "vite --port 1",
      "node /shop/orders/node_modules/.bin/vite --port 1",
      "exact",
      { executable: node },
    ],
    [
      "a program from elsewhere with its words",
      "redis-server",
      "redis-server",
      "like",
      { executable: "/usr/bin/redis-server" },
    ],
    [
      "a program from elsewhere with other words",
      "redis-server",
      "redis-server -p 1",
      "none",
      { executable: "/usr/bin/redis-server" },
    ],
    ["several commands", "make && ./server", "./server", "none", { executable: "/shop/orders/server" }],
    ["a quoted word", "node 'my server.js'", "node my server.js", "none", { executable: node }],
  ];
  test.each(cases)("%s", (_name, command, seen, expected, change) => {
    expect(verdict(sighting(seen, change), { build: { kind: "none" }, run: { kind: "command", command } })).toBe(
      expected,
    );
  });
});
