import { expect, test } from "vitest";
import { imageSchema } from "../../src/config/container-schema.ts";

test.each<[unknown, boolean]>([
  ["postgres", true],
  ["postgres:16-alpine", true],
  ["ghcr.io/owner/some_thing.x:v1.2", true],
  ["localhost:5000/x:1", true],
  [`x@sha256:${"0".repeat(64)}`, true],
  [`registry:5000/a/b:1@sha256:${"a".repeat(64)}`, true],
  ["", false],
  ["x:", false],
  ["/x", false],
  ["a b", false],
  ["--privileged", false],
  ["x:1:2:3", false],
  [7, false],
])("%j can be an image: %j", (image, isOne) => {
  expect(imageSchema.safeParse(image).success).toBe(isOne);
});
