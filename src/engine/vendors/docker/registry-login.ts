import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "../../../model/failure.ts";
import type { FailureOr } from "../../failure-or.ts";
import { dockerFolder } from "./docker-context.ts";

/** Runs a program with one line of input. `exitCode`: 127 where there is no such program; null where it did not end by itself. */
export type RunHelper = (
  program: string,
  args: readonly string[],
  input: string,
) => Promise<{ exitCode: number | null; output: string }>;

/** A login, in the words of Docker's API. */
export type RegistryLogin = { serveraddress: string } & (
  | { username: string; password: string }
  | { identitytoken: string }
);

/** What of Docker's config.json matters here. */
interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string; username?: string; password?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** The login that `docker login` left for a registry; null where it left none. A helper that cannot be run is a failure. */
export async function registryLogin(
  registry: string,
  image: string,
  env: Readonly<Record<string, string | undefined>>,
  runHelper: RunHelper,
): Promise<FailureOr<{ login: RegistryLogin | null }>> {
  const file = join(dockerFolder(env), "config.json");
  const text = await readFile(file, "utf8").catch(() => "{}");
  let config: DockerConfig;
  try {
    config = JSON.parse(text);
  } catch (error) {
    const message = `the logins for ${registry} cannot be read: ${file}: ${(error as Error).message}`;
    return { ok: false, failure: denied(image, message, "mend that file, or log in anew with `docker login`") };
  }
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper === undefined || helper === "") return { ok: true, login: loginInConfig(config, registry) };
  const program = `docker-credential-${helper}`;
  const { exitCode, output } = await runHelper(program, ["get"], registry);
  if (exitCode === 0) {
    const login = loginOfHelper(output, registry);
    if (login !== null) return { ok: true, login };
  }
  // What helpers say of a registry that nobody has logged in to.
  if (/credentials not found|no credentials|not logged in/i.test(output)) return { ok: true, login: null };
  const detail = exitCode === 127 ? "it is not installed" : output.trim() || `it exited with ${exitCode}`;
  const message = `${program} does not tell the login for ${registry}: ${detail}`;
  return { ok: false, failure: denied(image, message, `install it, or take it out of ${file}`) };
}

/** The registry may be written with its scheme and a path, too. */
function loginInConfig({ auths = {} }: DockerConfig, registry: string): RegistryLogin | null {
  const bare = (name: string): string => name.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  const key = registry in auths ? registry : Object.keys(auths).find((name) => bare(name) === bare(registry));
  const found = key === undefined ? undefined : auths[key];
  if (found === undefined) return null;
  if (found.identitytoken) return { serveraddress: registry, identitytoken: found.identitytoken };
  const decoded = Buffer.from(found.auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  const username = found.username ?? decoded.slice(0, Math.max(0, colon));
  const password = found.password ?? decoded.slice(colon + 1).replace(/\0+$/, "");
  return username === "" ? null : { serveraddress: registry, username, password };
}

function loginOfHelper(output: string, registry: string): RegistryLogin | null {
  try {
    const { Username, Secret } = JSON.parse(output);
    if (typeof Username !== "string" || typeof Secret !== "string") return null;
    return Username === "<token>"
      ? { serveraddress: registry, identitytoken: Secret }
      : { serveraddress: registry, username: Username, password: Secret };
  } catch {
    return null;
  }
}

function denied(image: string, message: string, hint: string): Failure {
  return { kind: "image-unavailable", image, reason: "denied", message, hint };
}
