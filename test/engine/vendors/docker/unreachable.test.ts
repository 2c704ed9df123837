import { describe, expect, test } from "vitest";
import { unreachable } from "../../../../src/engine/vendors/docker/unreachable.ts";

const error = (code: string): Error => Object.assign(new Error(`connect ${code} /x`), { code });

describe("an engine that cannot be asked", () => {
  test.each([
    ["ENOENT", "absent", "Docker does not answer at unix:///x: no such socket"],
    ["ECONNREFUSED", "absent", "Docker does not answer at unix:///x: nobody listens there"],
    ["EACCES", "denied", "Docker does not let us in at unix:///x: permission denied"],
    ["ECONNRESET", "lost", "Docker at unix:///x went away: the connection broke"],
    ["ENOTFOUND", "absent", "Docker does not answer at unix:///x: no such host"],
  ])("with %s is %s", (code, reason, message) => {
    expect(unreachable("unix:///x", error(code))).toMatchObject({ kind: "docker-unreachable", reason, message });
  });

  test("says which group to join where the socket is not ours", () => {
    expect(unreachable("unix:///x", error("EACCES")).hint).toContain("docker $USER");
  });

  test("through TLS says what to look at", () => {
    const failure = unreachable("tcp://h:2376", error("DEPTH_ZERO_SELF_SIGNED_CERT"));
    expect(failure).toMatchObject({ reason: "denied", hint: expect.stringContaining("DOCKER_CERT_PATH") });
  });
});
