import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hubLogin } from "../../../../src/engine/vendors/docker/image-reference.ts";
import { type RunHelper, registryLogin } from "../../../../src/engine/vendors/docker/registry-login.ts";

const auth = Buffer.from("me:a:b").toString("base64");
const noHelper: RunHelper = async () => {
  throw new Error("no helper was expected to run");
};

const login = (registry: string, config: unknown, runHelper = noHelper) => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  if (config !== undefined) {
    writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  }
  return registryLogin(registry, "r/app:1", { DOCKER_CONFIG: folder }, runHelper);
};

describe("the login for a registry", () => {
  test.each([
    ["there is no config", "r:5000", undefined, null],
    ["nobody logged in to it", "r:5000", { auths: { other: { auth } } }, null],
    ["its helper left only its name", "r:5000", { auths: { "r:5000": {} } }, null],
    ["somebody did", "r:5000", { auths: { "r:5000": { auth } } }, { username: "me", password: "a:b" }],
    [
      "it is written as an address",
      "r:5000",
      { auths: { "https://r:5000/v2/": { auth } } },
      { username: "me", password: "a:b" },
    ],
    ["it is Docker's own", hubLogin, { auths: { [hubLogin]: { auth } } }, { username: "me", password: "a:b" }],
    ["it gave a token", "r:5000", { auths: { "r:5000": { auth, identitytoken: "t" } } }, { identitytoken: "t" }],
  ])("is read from Docker's config: %s", async (_title, registry, config, expected) => {
    const found = expected === null ? null : { serveraddress: registry, ...expected };
    expect(await login(registry, config)).toEqual({ ok: true, login: found });
  });

  test("is asked of the helper for that registry, before the one for all", async () => {
    const asked: unknown[] = [];
    const helper: RunHelper = async (...args) => {
      asked.push(args);
      return { exitCode: 0, output: '{"ServerURL":"r","Username":"me","Secret":"s"}' };
    };
    expect(await login("r:5000", { credHelpers: { "r:5000": "pass" }, credsStore: "all" }, helper)).toEqual({
      ok: true,
      login: { serveraddress: "r:5000", username: "me", password: "s" },
    });
    await login("other", { credHelpers: { "r:5000": "pass" }, credsStore: "all" }, helper);
    expect(asked).toEqual([
      ["docker-credential-pass", ["get"], "r:5000"],
      ["docker-credential-all", ["get"], "other"],
    ]);
  });

  test("may be a token, as helpers say it", async () => {
    const helper: RunHelper = async () => ({ exitCode: 0, output: '{"Username":"<token>","Secret":"s"}' });
    const found = await login("r", { credsStore: "x" }, helper);
    expect(found).toEqual({ ok: true, login: { serveraddress: "r", identitytoken: "s" } });
  });

  test("is none where the helper knows none", async () => {
    const helper: RunHelper = async () => ({ exitCode: 1, output: "credentials not found in native keychain\n" });
    expect(await login("r", { credsStore: "x" }, helper)).toEqual({ ok: true, login: null });
  });

  test.each([
    [127, "sh: 1: docker-credential-x: not found", "it is not installed"],
    [1, "the keychain is locked\n", "the keychain is locked"],
    [0, "nonsense", "nonsense"],
  ])("fails where the helper exits with %i and says %j", async (exitCode, output, detail) => {
    const found = await login("r", { credsStore: "x" }, async () => ({ exitCode, output }));
    const message = `docker-credential-x does not tell the login for r: ${detail}`;
    expect(found).toMatchObject({ ok: false, failure: { kind: "image-unavailable", reason: "denied", message } });
  });

  test("fails where the config cannot be read", async () => {
    expect(await login("r", "{")).toMatchObject({
      ok: false,
      failure: { kind: "image-unavailable", reason: "denied" },
    });
  });
});
