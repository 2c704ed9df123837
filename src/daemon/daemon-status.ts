import { version as ownVersion } from "../lib/version.ts";
import { endpointOf } from "./endpoint.ts";
import { isListening } from "./is-listening.ts";
import type { Hello } from "./protocol.ts";
import { Unreachable } from "./unreachable-daemon.ts";
import { readBody, sendRequest } from "./wire-request.ts";

const helloLimitMs = 3000;

/** What `orchestra daemon status` knows. */
export type DaemonStatus =
  | { kind: "notRunning"; root: string }
  | {
      kind: "running";
      root: string;
      pid: number;
      version: string;
      /** True where this program is of the same version, so that it can talk to the daemon. */
      isSameVersion: boolean;
      socket: string;
      uptimeMs: number;
      rssBytes: number;
    }
  /** It listens and does not answer; `pid` is what daemon.json says. */
  | { kind: "silent"; root: string; pid: number | null; socket: string; reason: string };

/** Asks the daemon of the fleet at `root`, of whatever version, who it is. */
export async function daemonStatus(root: string): Promise<DaemonStatus> {
  const { socket, pid } = endpointOf(root);
  if (!(await isListening(socket))) return { kind: "notRunning", root };
  try {
    const response = await sendRequest({
      method: "GET",
      path: "/v1/hello",
      body: null,
      root,
      version: ownVersion,
      agent: false,
      limitMs: helloLimitMs,
      isRepeatable: false,
      isVersionChecked: false,
    });
    const hello = JSON.parse(await readBody(response)) as Hello;
    return {
      kind: "running",
      root: hello.root,
      pid: hello.pid,
      version: hello.version,
      isSameVersion: hello.version === ownVersion,
      socket: hello.socket,
      uptimeMs: Date.now() - hello.startedAt,
      rssBytes: hello.rssBytes,
    };
  } catch (error) {
    if (error instanceof Unreachable) return { kind: "silent", root, pid, socket, reason: error.message };
    throw error;
  }
}
