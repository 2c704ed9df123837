import { expect, test } from "vitest";
import { describeConnectError } from "../../../src/engine/probe/connect-error.ts";

test.each([
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "connection closed by the service"],
  ["ENOTFOUND", "host db.local not found"],
  ["EAI_AGAIN", "host db.local not found"],
  ["EHOSTUNREACH", "host db.local cannot be reached"],
  ["HPE_INVALID_CONSTANT", "no http answer"],
  ["EMFILE", "EMFILE"],
])("%s is told as %s", (code, text) => {
  expect(describeConnectError(Object.assign(new Error("long story"), { code }), "db.local")).toBe(text);
});
