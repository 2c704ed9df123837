import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FleetConfig } from "../../src/engine/fleet-config.ts";
import type { FleetSpec } from "../../src/model/fleet.ts";
import { tempFolder } from "../helpers/processes.ts";

test("what an earlier version has kept of the config is good for as long as there is a mistake in it", () => {
  const root = tempFolder();
  const stateDir = join(root, ".orchestra");
  mkdirSync(stateDir);
  writeFileSync(join(root, "orchestra.yml"), "services: {web: {dir: ., run: node web.js}}\n");
  expect(new FleetConfig(root, stateDir).refresh().kind).toBe("loaded");

  const kept = join(stateDir, "fleet.json");
  const spec = JSON.parse(readFileSync(kept, "utf8")) as FleetSpec;
  const services = spec.services.map(({ watch: { packages: _, ...watch }, ...service }) => ({ ...service, watch }));
  writeFileSync(kept, JSON.stringify({ ...spec, services }));
  writeFileSync(join(root, "orchestra.yml"), "services: {");
  const config = new FleetConfig(root, stateDir);
  expect(config.refresh().kind).toBe("rejected");
  expect(config.spec).toEqual(spec);
});
