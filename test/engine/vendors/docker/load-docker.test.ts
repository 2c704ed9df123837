import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDocker } from "../../../../src/engine/vendors/load-docker.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { type FakeEngine, startFakeEngine } from "./fake-engine.ts";

/** The logins that the engine was told. */
const logins: unknown[] = [];
let engine: FakeEngine;

beforeAll(async () => {
  engine = await startFakeEngine((request, response) => {
    const login = request.headers["x-registry-auth"];
    logins.push(typeof login === "string" ? JSON.parse(Buffer.from(login, "base64url").toString()) : null);
    response.end('{"status":"Status: Image is up to date"}\n');
  });
});
afterAll(() => engine.stop());

const pullWith = async (files: Record<string, string>, reference: string) => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` };
  const docker = await loadDocker({ host: engine.host, env, clock: systemClock });
  try {
    return await docker.pull(reference, { signal: new AbortController().signal, onProgress: () => {} });
  } finally {
    docker.close();
  }
};

const helper = `#!/bin/sh
read -r server || :
printf '{"Username":"%s","Secret":"for %s"}' "$1" "$server"
`;

test("an image is pulled with the login that a helper tells for its registry", async () => {
  const config = '{"credHelpers":{"r.test:5000":"mine"}}';
  expect(await pullWith({ "config.json": config, "docker-credential-mine": helper }, "r.test:5000/app:1")).toEqual({
    ok: true,
  });
  expect(logins.at(-1)).toEqual({ serveraddress: "r.test:5000", username: "get", password: "for r.test:5000" });
  expect(await pullWith({ "config.json": config }, "app:1")).toEqual({ ok: true });
  expect(logins.at(-1)).toBeNull();
});

test("an image whose registry has a helper that is not installed is not pulled", async () => {
  expect(await pullWith({ "config.json": '{"credsStore":"gone"}' }, "r.test:5000/app:1")).toMatchObject({
    ok: false,
    failure: {
      kind: "image-unavailable",
      reason: "denied",
      message: "docker-credential-gone does not tell the login for r.test:5000: it is not installed",
    },
  });
});
