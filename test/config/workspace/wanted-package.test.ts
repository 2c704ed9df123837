import { expect, test } from "vitest";
import { wantedPackage } from "../../../src/config/workspace/wanted-package.ts";

test.each([
  ["file:../money", "folder ../money"],
  ["link:../money", "folder ../money"],
  ["portal:../money", "folder ../money"],
  ["../money", "folder ../money"],
  [".", "folder ."],
  ["/shop/money", "folder /shop/money"],
  ["file:../money.tgz", "foreign"],
  ["workspace:*", "member money"],
  ["workspace:^1.2.0", "member money"],
  ["workspace:", "member money"],
  ["workspace:../money", "folder ../money"],
  ["workspace:other@*", "member other"],
  ["workspace:@shop/other@^1", "member @shop/other"],
  ["*", "any money"],
  ["", "any money"],
  ["^1.2.3", "any money"],
  ["latest", "any money"],
  [">=1 <2 || 3.x", "any money"],
  ["catalog:", "any money"],
  ["npm:other@1", "foreign"],
  ["git+ssh://git@example.com/a/b.git", "foreign"],
  ["https://example.com/a.tgz", "foreign"],
  ["github:a/b", "foreign"],
])("money: %j wants %s", (range, expected) => {
  const wanted = wantedPackage("money", range);
  const detail = wanted.kind === "folder" ? wanted.path : wanted.kind === "foreign" ? null : wanted.name;
  expect([wanted.kind, detail].filter((word) => word !== null).join(" ")).toBe(expected);
});
