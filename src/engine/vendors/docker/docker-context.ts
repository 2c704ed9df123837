import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../../../model/failure.ts";
import { endpointUnusable } from "./unreachable.ts";

/** What a context of Docker's command line says of its engine. */
type Context = { ok: true; host: string; tlsFolder: string | null } | { ok: false; name: string; failure: Failure };

/** The folder that `docker login` and `docker context` write to. */
export function dockerFolder(env: Readonly<Record<string, string | undefined>>): string {
  return env.DOCKER_CONFIG || join(env.HOME ?? "/", ".docker");
}

/** The context that `docker` would use; null where that is its default one. */
export function contextOf(env: Readonly<Record<string, string | undefined>>): Context | null {
  const folder = dockerFolder(env);
  const name = env.DOCKER_CONTEXT || currentContext(folder);
  if (name === null || name === "default") return null;
  const id = createHash("sha256").update(name).digest("hex");
  try {
    const meta: unknown = JSON.parse(readFileSync(join(folder, "contexts/meta", id, "meta.json"), "utf8"));
    const host = (meta as { Endpoints?: { docker?: { Host?: unknown } } }).Endpoints?.docker?.Host;
    if (typeof host !== "string") throw new Error("it names no engine");
    const tlsFolder = join(folder, "contexts/tls", id, "docker");
    return { ok: true, host, tlsFolder: existsSync(tlsFolder) ? tlsFolder : null };
  } catch (error) {
    const hint = "list the contexts with `docker context ls`, or set DOCKER_HOST";
    const detail = `it cannot be read: ${(error as Error).message}`;
    return { ok: false, name, failure: endpointUnusable(`context ${name}`, detail, { hint }) };
  }
}

function currentContext(folder: string): string | null {
  try {
    const config: unknown = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    const name = (config as { currentContext?: unknown }).currentContext;
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}
