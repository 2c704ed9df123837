import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { waitUntil } from "../wait-until.ts";
import type { DockerApi } from "./docker-api.ts";
import { type ImageWish, loadImage } from "./load-image.ts";
import { type SlowProxy, startSlowProxy } from "./slow-proxy.ts";

/** Who may use a registry that asks for a login. */
export const registryLogin = { username: "somebody", password: "secret" };
const passwords = "somebody:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

/** A registry on 127.0.0.1, which engines use without TLS. */
export interface TestRegistry {
  /** As in `127.0.0.1:12345`; its images are called `<address>/<name>:<tag>`. */
  address: string;
  /** The network between engines and it. */
  network: Pick<SlowProxy, "limit" | "cut" | "mend" | "passed">;
  /** Makes an image, pushes it as in `app:1`, and removes it from the engine; resolves with its whole name. */
  publish(api: DockerApi, name: string, wish: ImageWish): Promise<string>;
  stop(): Promise<void>;
}

/** Starts Debian's docker-registry, with nothing in it. `needsLogin`: whoever has no `registryLogin` gets 401. */
export async function startRegistry(options: { needsLogin?: boolean } = {}): Promise<TestRegistry> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "registry-")));
  const port = await freePort();
  const login = `auth:\n  htpasswd:\n    realm: test\n    path: ${folder}/passwords\n`;
  writeFileSync(join(folder, "passwords"), passwords);
  writeFileSync(
    join(folder, "config.yml"),
    `version: 0.1
log:
  level: error
storage:
  filesystem:
    rootdirectory: ${folder}/data
http:
  addr: 127.0.0.1:${port}
  secret: test
${options.needsLogin === true ? login : ""}`,
  );
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "/usr/bin", OTEL_TRACES_EXPORTER: "none" },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  const proxy = await startSlowProxy(port);
  const address = `127.0.0.1:${proxy.port}`;
  const stop = async () => {
    child.kill("SIGKILL");
    await Promise.all([ended, proxy.close()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await waitUntil("the registry answers", () =>
      fetch(`http://127.0.0.1:${port}/v2/`).then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, network: proxy, publish: (api, name, wish) => publish(api, `${address}/${name}`, wish), stop };
}

/** A registry that has nothing for anybody: it answers 403 to whatever is asked for. */
export async function startDenyingRegistry(): Promise<Pick<TestRegistry, "address" | "stop">> {
  const server = createServer((request, response) => {
    const isGreeting = request.url === "/v2/";
    response.writeHead(isGreeting ? 200 : 403, { "content-type": "application/json" });
    const errors = [{ code: "DENIED", message: "requested access to the resource is denied" }];
    response.end(isGreeting ? "{}" : JSON.stringify({ errors }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** Layers that do not get smaller on the way, for an image whose pull takes as long as the test wants. */
export function bulkyLayers(count: number, bytes: number): Record<string, Buffer>[] {
  return Array.from({ length: count }, (_, index) => ({ [`bulk/${index}`]: randomBytes(bytes) }));
}

/** What an engine wants in the header `X-Registry-Auth`. */
export function registryAuth(login: object = {}): Record<string, string> {
  // Engines want the padding, which base64url leaves away.
  const text = Buffer.from(JSON.stringify(login)).toString("base64");
  return { "X-Registry-Auth": text.replaceAll("+", "-").replaceAll("/", "_") };
}

async function publish(api: DockerApi, tag: string, wish: ImageWish): Promise<string> {
  await loadImage(api, tag, wish);
  const [, name = "", version = "latest"] = /^(.*):([^:/]+)$/.exec(tag) ?? [];
  const path = `/images/${name}/push?tag=${version}`;
  const said = (await api.bytes("POST", path, { headers: registryAuth(registryLogin) })).toString();
  if (said.includes('"error"')) throw new Error(`${tag} was not pushed: ${said}`);
  await api.ask("DELETE", `/images/${tag}`);
  return tag;
}
