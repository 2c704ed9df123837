import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../../../src/engine/vendors/docker/endpoint.ts";

const home = (): string => mkdtempSync(join(tmpdir(), "home-"));

describe("where the engine is", () => {
  test.each([
    ["unix:///run/d.sock", { url: "unix:///run/d.sock", socketPath: "/run/d.sock", isLocal: true }],
    ["unix://", { url: "unix:///var/run/docker.sock", socketPath: "/var/run/docker.sock" }],
    ["tcp://127.0.0.1:2375", { tcp: { host: "127.0.0.1", port: 2375 }, isLocal: true, tls: null }],
    ["tcp://[::1]:2375", { tcp: { host: "::1", port: 2375 }, isLocal: true }],
    ["build.example", { url: "tcp://build.example", tcp: { host: "build.example", port: 2375 }, isLocal: false }],
  ])("is what DOCKER_HOST=%s says", (host, expected) => {
    expect(findEndpoint(undefined, { DOCKER_HOST: host, HOME: home() })).toMatchObject({ unusable: null, ...expected });
  });

  test("is what the caller says, before what the environment says", () => {
    const { url } = findEndpoint("unix:///mine.sock", { DOCKER_HOST: "unix:///other.sock" });
    expect(url).toBe("unix:///mine.sock");
  });

  test("behind ssh cannot be asked, but through a tunnel", () => {
    const { unusable } = findEndpoint("ssh://me@box", {});
    expect(unusable).toMatchObject({
      kind: "docker-unreachable",
      hint: expect.stringMatching(/ssh -nNT -L \S+ me@box, and set DOCKER_HOST=unix:/),
    });
  });

  test.each(["npipe:////./pipe/docker", "tcp://", "http://:80", "nonsense://x"])("%s is none", (host) => {
    expect(findEndpoint(host, {}).unusable).toMatchObject({ kind: "docker-unreachable", reason: "absent" });
  });

  test("is asked with the certificates of DOCKER_CERT_PATH where DOCKER_TLS_VERIFY says so", () => {
    const folder = home();
    for (const name of ["ca", "cert", "key"]) writeFileSync(join(folder, `${name}.pem`), name);
    const env = { DOCKER_HOST: "tcp://box", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder };
    expect(findEndpoint(undefined, env)).toMatchObject({
      tcp: { host: "box", port: 2376 },
      tls: { ca: "ca", cert: "cert", key: "key" },
    });
    expect(findEndpoint(undefined, { ...env, DOCKER_TLS_VERIFY: "" }).tls).toBeNull();
  });

  test("is that of the context in use", () => {
    const HOME = home();
    const id = createHash("sha256").update("box").digest("hex");
    mkdirSync(join(HOME, ".docker/contexts/meta", id), { recursive: true });
    writeFileSync(join(HOME, ".docker/config.json"), '{"currentContext":"box"}');
    const meta = { Name: "box", Endpoints: { docker: { Host: "unix:///box.sock" } } };
    writeFileSync(join(HOME, ".docker/contexts/meta", id, "meta.json"), JSON.stringify(meta));
    expect(findEndpoint(undefined, { HOME }).url).toBe("unix:///box.sock");
    expect(findEndpoint(undefined, { HOME, DOCKER_HOST: "unix:///env.sock" }).url).toBe("unix:///env.sock");
    const message = expect.stringContaining("context gone");
    expect(findEndpoint(undefined, { HOME, DOCKER_CONTEXT: "gone" }).unusable).toMatchObject({ message });
  });

  test("is at the user's where there is no other socket", () => {
    const HOME = home();
    mkdirSync(join(HOME, "run"));
    writeFileSync(join(HOME, "run/docker.sock"), "");
    const { url } = findEndpoint(undefined, { HOME, XDG_RUNTIME_DIR: join(HOME, "run") });
    expect([`unix://${HOME}/run/docker.sock`, "unix:///var/run/docker.sock"]).toContain(url);
    expect(findEndpoint(undefined, { HOME: home() }).url).toBe("unix:///var/run/docker.sock");
  });
});
