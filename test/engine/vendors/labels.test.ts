import { expect, test } from "vitest";
import { namePrefix, networkName } from "../../../src/engine/vendors/labels.ts";
import type { FleetId } from "../../../src/model/ids.ts";

const fleet = "0123456789ab" as FleetId;
/** What Docker takes for a container's name. */
const allowed = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

test.each([
  ["shop", "shop-012345"],
  ["My Shop", "my-shop-012345"],
  ["a.b_c-d", "a.b_c-d-012345"],
  ["_.-x", "x-012345"],
  ["große Läden", "gro-e-l-den-012345"],
  ["店", "fleet-012345"],
  ["", "fleet-012345"],
])("a fleet called %j names its containers %s", (name, prefix) => {
  expect(namePrefix(name, fleet)).toBe(prefix);
  expect(prefix).toMatch(allowed);
});

test("the network of a fleet is the fleet's alone", () => {
  expect(networkName(fleet)).toBe("orchestra-0123456789ab");
});
