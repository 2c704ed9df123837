import { expect, test } from "vitest";
import { defaultService } from "../../../src/config/default-service.ts";
import type { BuildInputs } from "../../../src/engine/build/fingerprint.ts";
import { watchPlanOf } from "../../../src/engine/watch/watch-plan.ts";
import { watchedPlacesOf } from "../../../src/engine/watch/watched-places.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";

const usual = defaultService("orders", "/shop/orders", "/shop/orders/service.yml");
const build: ServiceSpec["build"] = { kind: "go", go: { package: ".", tags: [], race: false, ldflags: "" } };
const watch = { paths: ["/shop/orders", "/shop/templates"], packages: [], ignore: [], debounceMs: 200 };
const inputs: BuildInputs = {
  files: ["/shop/go.mod"],
  directories: [
    { dir: "/shop/money", filter: "go" },
    { dir: "/shop/orders", filter: "go" },
    { dir: "/shop/orders", filter: "match:static" },
    { dir: "/shop/orders/static", filter: "all" },
  ],
};

function placesOf(changes: Partial<ServiceSpec>, known: BuildInputs | null = null): string[] {
  const service = { ...usual, ...changes };
  return watchedPlacesOf(
    service,
    watchPlanOf(service, known, () => true),
  ).map(({ path, isTree, because }) => `${path}${isTree ? "/**" : ""} ${because}`);
}

test("the packages that go lists come from it, the service's own first, each once", () => {
  expect(placesOf({ build, watch }, inputs)).toEqual([
    "/shop/orders go list",
    "/shop/templates/** watch.paths",
    "/shop/money go list",
    "/shop/orders/static/** go list",
    "/shop/go.mod go list",
  ]);
});

test("a Go service that was never built is its folder", () => {
  expect(placesOf({ build })).toEqual(["/shop/orders/** folder"]);
});

test("any other service is its folder, or what the config names", () => {
  const command: ServiceSpec["build"] = { kind: "command", command: "make" };
  expect(placesOf({ build: command })).toEqual(["/shop/orders/** folder"]);
  expect(placesOf({ build: command, watch })).toEqual(["/shop/orders/** folder", "/shop/templates/** watch.paths"]);
});

test("packages of the repository are told as such, unless the config names them too", () => {
  const packages = ["/shop/money", "/shop/templates"];
  expect(placesOf({ watch: { ...watch, packages } })).toEqual([
    "/shop/orders/** folder",
    "/shop/templates/** watch.paths",
    "/shop/money/** package.json",
  ]);
});
