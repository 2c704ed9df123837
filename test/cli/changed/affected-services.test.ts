import { describe, expect, test } from "vitest";
import { affectedServices, type MadeOf } from "../../../src/cli/changed/affected-services.ts";
import { GitignoreFiles } from "../../../src/engine/watch/ignore-tree.ts";
import { partsOf } from "../../../src/engine/watch/watch-part.ts";
import type { WatchedDirectory } from "../../../src/engine/watch/watch-plan.ts";

/** A service in a folder that is not there, so that no file of this machine has a say. */
function madeOf(service: string, directories: Partial<WatchedDirectory>[], more: Partial<MadeOf> = {}): MadeOf {
  const dir = `/nowhere/shop/${service}`;
  const whole = directories.map((d) => ({ dir, recursive: false, filter: "go", gitignore: false, ...d }) as const);
  const plan = {
    directories: whole,
    files: ["/nowhere/shop/go.mod"],
    ignore: { globs: ["*.md"], base: dir, files: [] },
  };
  return {
    service,
    dir,
    realDir: dir,
    files: ["/nowhere/shop/orchestra.yml", `${dir}/service.yml`, `${dir}/.env`],
    parts: partsOf(plan, new GitignoreFiles(), 0),
    countsTests: false,
    unknown: null,
    ...more,
  };
}

const shared = { dir: "/nowhere/shop/internal/rest" };
const tree = { recursive: true, filter: "all" as const };
const fleet = [
  madeOf("gateway", [{}, shared]),
  madeOf("orders", [{}, shared], { countsTests: true }),
  madeOf("catalog", [{}]),
  madeOf("web", [tree]),
  madeOf("linked", [tree], { realDir: "/elsewhere/linked" }),
];

describe("a changed file affects", () => {
  test.each<[string, string[]]>([
    ["shop/gateway/main.go", ["gateway"]],
    ["shop/internal/rest/rest.go", ["gateway", "orders"]],
    ["shop/internal/rest/deeper/x.go", []],
    ["shop/internal/other/x.go", []],
    ["shop/go.mod", ["gateway", "orders", "catalog", "web", "linked"]],
    ["shop/orchestra.yml", ["gateway", "orders", "catalog", "web", "linked"]],
    ["shop/catalog/service.yml", ["catalog"]],
    ["shop/catalog/.env", ["catalog"]],
    ["shop/catalog/notes.txt", []],
    // Tests count where they are asked for, and only the service's own.
    ["shop/gateway/main_test.go", []],
    ["shop/orders/main_test.go", ["orders"]],
    ["shop/internal/rest/rest_test.go", []],
    // Any file of a service that is no Go, but for what is ignored.
    ["shop/web/src/deep/app.js", ["web"]],
    ["shop/web/README.md", []],
    ["shop/web/node_modules/x/index.js", []],
    ["shop/web.js", []],
    ["shop/webber/x.js", []],
    // Through a link, as git knows it.
    ["/elsewhere/linked/x.js", ["linked"]],
    ["/elsewhere/other/x.js", []],
  ])("%s: %j", (file, services) => {
    const path = file.startsWith("/") ? file : `/nowhere/${file}`;
    expect(affectedServices([path], fleet)).toEqual(services.map((service) => ({ service, files: [path] })));
  });

  test("each service once, with the files that say so", () => {
    const files = ["/nowhere/shop/gateway/a.go", "/nowhere/shop/gateway/b.go", "/nowhere/shop/x"];
    expect(affectedServices(files, fleet)).toEqual([{ service: "gateway", files: files.slice(0, 2) }]);
  });

  test("a service of which it cannot be told what it is made of, whatever changed", () => {
    const unknown = madeOf("api", [], { unknown: "go list fails for it" });
    expect(affectedServices(["/nowhere/else"], [unknown])).toEqual([{ service: "api", files: ["/nowhere/else"] }]);
    expect(affectedServices([], [unknown])).toEqual([]);
  });
});
