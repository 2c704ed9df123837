import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../../../model/failure.ts";
import { contextOf } from "./docker-context.ts";
import { endpointUnusable } from "./unreachable.ts";

/** Where an engine listens, and what it takes to talk to it. */
export interface Endpoint {
  /** As a person would write it: `unix:///var/run/docker.sock`. */
  url: string;
  /** True where a port that it publishes on 127.0.0.1 is one of this machine. */
  isLocal: boolean;
  /** Exactly one of the two is not null, but where `unusable` is not. */
  socketPath: string | null;
  tcp: { host: string; port: number } | null;
  tls: TlsFiles | null;
  /** Why nothing can ever be asked there; null where it may be tried. */
  unusable: Failure | null;
}

/** What proves who we are, and who it is, as the text of PEM files; null where there is no such file. */
export interface TlsFiles {
  ca: string | null;
  cert: string | null;
  key: string | null;
}

/**
 * Finds the engine as Docker's own command line does: `host` or DOCKER_HOST, else the context in use, else the first of the
 * usual sockets that is there (a desktop's and a rootless engine's lie at the user's).
 */
export function findEndpoint(host: string | undefined, env: Readonly<Record<string, string | undefined>>): Endpoint {
  const asked = host ?? env.DOCKER_HOST ?? "";
  if (asked !== "") return endpointOf(asked, tlsFromEnv(env));
  const context = contextOf(env);
  if (context === null) return endpointOf(`unix://${usualSocket(env)}`, { wanted: false });
  if (!context.ok) return unusable(`context ${context.name}`, context.failure);
  return endpointOf(context.host, { wanted: context.tlsFolder !== null, folder: context.tlsFolder });
}

/** Whether to speak TLS, and where its files are. */
type TlsWish = { wanted: boolean; folder?: string | null };

function endpointOf(url: string, tls: TlsWish): Endpoint {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1] ?? "tcp";
  if (scheme === "unix") {
    const socketPath = url.slice("unix://".length) || "/var/run/docker.sock";
    return { url: `unix://${socketPath}`, isLocal: true, socketPath, tcp: null, tls: null, unusable: null };
  }
  if (scheme === "ssh") {
    return unusable(
      url,
      endpointUnusable(url, "an engine cannot be reached through ssh", {
        hint: `make a tunnel: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${url.slice("ssh://".length)}, and set DOCKER_HOST=unix:///tmp/docker.sock`,
      }),
    );
  }
  const where = url.includes("://") ? url : `tcp://${url}`;
  const parsed = URL.parse(where.replace(/^tcp:/, "http:"));
  if (parsed === null || !["tcp", "http", "https"].includes(scheme) || parsed.hostname === "") {
    return unusable(url, endpointUnusable(url, "this is no address of an engine"));
  }
  const port = Number(parsed.port) || (tls.wanted || scheme === "https" ? 2376 : 2375);
  const tcp = { host: parsed.hostname.replace(/^\[|\]$/g, ""), port };
  const isLocal = tcp.host === "localhost" || tcp.host === "::1" || tcp.host.startsWith("127.");
  const endpoint = { url: where, isLocal, socketPath: null, tcp, unusable: null };
  if (!tls.wanted && scheme !== "https") return { ...endpoint, tls: null };
  try {
    return { ...endpoint, tls: readTls(tls.folder ?? null) };
  } catch (error) {
    const detail = `the files for TLS cannot be read: ${(error as Error).message}`;
    return unusable(where, endpointUnusable(where, detail, { hint: "look at DOCKER_CERT_PATH" }));
  }
}

function unusable(url: string, failure: Failure): Endpoint {
  return { url, isLocal: false, socketPath: null, tcp: null, tls: null, unusable: failure };
}

/** DOCKER_TLS_VERIFY counts as set with any text but none; the files lie in ~/.docker unless DOCKER_CERT_PATH says where. */
function tlsFromEnv(env: Readonly<Record<string, string | undefined>>): TlsWish {
  const folder = env.DOCKER_CERT_PATH || env.DOCKER_CONFIG || join(env.HOME ?? "/", ".docker");
  return { wanted: (env.DOCKER_TLS_VERIFY ?? "") !== "", folder };
}

function readTls(folder: string | null): TlsFiles {
  const read = (name: string): string | null => {
    if (folder === null) return null;
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  };
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

function usualSocket(env: Readonly<Record<string, string | undefined>>): string {
  const home = env.HOME ?? "";
  const sockets = ["/var/run/docker.sock"];
  if (env.XDG_RUNTIME_DIR !== undefined) sockets.push(join(env.XDG_RUNTIME_DIR, "docker.sock"));
  if (home !== "") sockets.push(join(home, ".docker/run/docker.sock"), join(home, ".docker/desktop/docker.sock"));
  return sockets.find((socket) => existsSync(socket)) ?? "/var/run/docker.sock";
}
