import { expect, test } from "vitest";
import { hubLogin, parseImageReference } from "../../../../src/engine/vendors/docker/image-reference.ts";

test.each([
  ["postgres", hubLogin, "postgres", "latest"],
  ["postgres:16", hubLogin, "postgres", "16"],
  ["me/app:1", hubLogin, "me/app", "1"],
  ["docker.io/library/redis:7", hubLogin, "docker.io/library/redis", "7"],
  ["localhost/app", "localhost", "localhost/app", "latest"],
  ["127.0.0.1:5000/app", "127.0.0.1:5000", "127.0.0.1:5000/app", "latest"],
  ["127.0.0.1:5000/a/b:2", "127.0.0.1:5000", "127.0.0.1:5000/a/b", "2"],
  ["ghcr.io/a/b:2@sha256:abc", "ghcr.io", "ghcr.io/a/b", "sha256:abc"],
  ["redis@sha256:abc", hubLogin, "redis", "sha256:abc"],
])("%s is pulled from its registry, by its name and tag", (reference, registry, name, tag) => {
  expect(parseImageReference(reference)).toEqual({ registry, name, tag });
});
