import { describe, expect, test } from "vitest";
import { defaultService } from "../../../src/config/default-service.ts";
import type { BuildInputs } from "../../../src/engine/build/fingerprint.ts";
import { watchPlanOf } from "../../../src/engine/watch/watch-plan.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";

const usual = defaultService("orders", "/shop/orders", "/shop/orders/service.yml");
const go: ServiceSpec["build"] = { kind: "go", go: { package: ".", tags: [], race: false, ldflags: "" } };
const inputs: BuildInputs = {
  files: ["/usr/bin/go", "/shop/go.mod", "/shop/go.sum", "/shop/orders/go.mod", "/shop/orders/go.work", "/go.work"],
  directories: [
    { dir: "/shop/orders", filter: "go" },
    { dir: "/shop/orders", filter: "match:static" },
    { dir: "/shop/orders/static", filter: "all" },
    { dir: "/shop/orders/static/css", filter: "all" },
    { dir: "/shop/money", filter: "go" },
  ],
};
const there = new Set(["/usr/bin/go", "/shop/go.mod", "/shop/go.sum"]);

function planOf(changes: Partial<ServiceSpec>, known: BuildInputs | null = null) {
  return watchPlanOf({ ...usual, ...changes }, known, (path) => there.has(path));
}

describe("of a Go service whose inputs are known", () => {
  const plan = planOf({ build: go }, inputs);

  test("the packages are watched, each alone, and what is embedded with all that is in it", () => {
    expect(plan.directories.map(({ dir, recursive, filter }) => [dir, recursive, filter])).toEqual([
      ["/shop/orders", false, "go"],
      ["/shop/orders", false, "match:static"],
      ["/shop/orders/static", true, "all"],
      ["/shop/money", false, "go"],
    ]);
  });

  test("the files of the module are; in a package's folder they are a part of it, so that nothing is awaited there", () => {
    expect(plan.files).toEqual(["/shop/go.mod", "/shop/go.sum"]);
  });

  test("a file of the module that may come is awaited where a watch is kept anyway", () => {
    const embedded = { ...inputs, files: ["/shop/orders/static/go.mod", "/shop/other/go.mod"] };
    expect(planOf({ build: go }, embedded).files).toEqual(["/shop/orders/static/go.mod"]);
  });

  test("what is generated counts, whatever .gitignore says", () => {
    expect(plan.directories.some(({ gitignore }) => gitignore)).toBe(false);
  });

  test("paths that are named besides its folder come on top", () => {
    const watch = { paths: ["/shop/orders", "/shop/templates"], packages: [], ignore: [], debounceMs: 200 };
    expect(planOf({ build: go, watch }, inputs).directories[0]).toEqual({
      dir: "/shop/templates",
      recursive: true,
      filter: "all",
      gitignore: true,
    });
  });
});

test("a Go service that was never built is its folder, with the Go sources in it, and the module that it belongs to", () => {
  expect(planOf({ build: go })).toMatchObject({
    directories: [{ dir: "/shop/orders", recursive: true, filter: "go-tree" }],
    files: ["/shop/go.mod"],
  });
});

test("any other service is the paths it names, without what is ignored, and without its config", () => {
  const watch = { paths: ["/shop/web", "/shop/lib"], packages: [], ignore: ["*.md"], debounceMs: 200 };
  const envFiles = [{ path: "/shop/orders/.env", values: {} }];
  expect(planOf({ watch, envFiles })).toEqual({
    directories: [
      { dir: "/shop/web", recursive: true, filter: "all", gitignore: true },
      { dir: "/shop/lib", recursive: true, filter: "all", gitignore: true },
    ],
    files: [],
    ignore: { globs: ["*.md"], base: "/shop/orders", files: ["/shop/orders/service.yml", "/shop/orders/.env"] },
  });
});

test("packages of the repository come on top, but for those that are in it anyway, and not with what they are as a service", () => {
  const packages = ["/shop/lib/money", "/shop/orders/plugins", "/shop/ui"];
  const watch = { paths: ["/shop/orders", "/shop/ui"], packages, ignore: [], debounceMs: 200 };
  const { directories, ignore } = planOf({ watch });
  expect(directories).toEqual(
    ["/shop/orders", "/shop/ui", "/shop/lib/money"].map((dir) => ({
      dir,
      recursive: true,
      filter: "all",
      gitignore: true,
    })),
  );
  expect(ignore.files).toEqual(["/shop/orders/service.yml", "/shop/lib/money/service.yml"]);
});
