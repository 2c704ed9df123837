import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import { errnoOf } from "../lib/errno.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpointOf } from "./endpoint.ts";
import { protocolVersion, wireHeaders } from "./protocol.ts";
import { Unreachable } from "./unreachable-daemon.ts";
import { VersionMismatch } from "./version-mismatch.ts";

/*
 * Not `import … from "node:http"`: an import of ES modules reads every export, which makes Node load its fetch, and that
 * takes 27 ms of a verb's start. This takes 3.
 */
const http = process.getBuiltinModule("node:http");

/** Else Node's agent asks whether the host is an address, for which it compiles 4 ms of regular expressions. */
const noServerName = { servername: "" };

export interface WireRequest {
  method: "GET" | "POST";
  path: string;
  /** JSON. */
  body: string | null;
  /** The fleet's; the daemon is looked up at the moment of asking. */
  root: string;
  /** Of the program that asks. */
  version: string;
  /** False: a connection of its own. */
  agent: Agent | false;
  signal?: AbortSignal | undefined;
  /** Null: as long as the connection lives. Otherwise the longest silence, in milliseconds. */
  limitMs: number | null;
  /** Asking twice does no harm, so it may be sent again where a kept connection turns out to be dead. */
  isRepeatable: boolean;
  /** False for the routes that serve clients of any version. */
  isVersionChecked: boolean;
}

/**
 * Sends a request and resolves with the response, once its headers are there and its version was checked. Rejects with
 * `Unreachable`, with `VersionMismatch`, or with the signal's reason.
 */
export function sendRequest(request: WireRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const endpoint = endpointOf(request.root);
    const sent: ClientRequest = http.request({
      socketPath: endpoint.socket,
      ...noServerName,
      method: request.method,
      path: request.path,
      agent: request.agent,
      headers: {
        host: "orchestra",
        [wireHeaders.version]: request.version,
        [wireHeaders.protocol]: protocolVersion,
        ...(request.body === null
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(request.body) }),
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    if (request.limitMs !== null) {
      const limitMs = request.limitMs;
      sent.setTimeout(limitMs, () => sent.destroy(new Unreachable("silent", silent(endpoint, limitMs), hungHint)));
    }
    let isAnswered = false;
    sent.on("error", (error) => {
      // Later ones are the response's to tell.
      if (isAnswered) return;
      if (error instanceof Unreachable || request.signal?.aborted === true) reject(error);
      else if (request.isRepeatable && sent.reusedSocket) {
        resolve(sendRequest({ ...request, agent: false, isRepeatable: false }));
      } else reject(unreachable(error));
    });
    sent.once("response", (response) => {
      isAnswered = true;
      const mismatch = mismatchOf(response, request);
      if (mismatch === null) {
        resolve(response);
        return;
      }
      response.resume();
      reject(mismatch);
    });
    sent.end(request.body ?? undefined);
  });
}

/** The whole body of a response. Rejects with `Unreachable` where the connection breaks before its end. */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.once("error", (error) => reject(unreachable(error)));
  });
}

function mismatchOf(response: IncomingMessage, request: WireRequest): Error | null {
  const version = response.headers[wireHeaders.version];
  const protocol = response.headers[wireHeaders.protocol];
  if (typeof version !== "string")
    return new Unreachable("closed", "what listens on the daemon's socket is no Orchestra");
  if (!request.isVersionChecked || (version === request.version && protocol === String(protocolVersion))) return null;
  return new VersionMismatch(version, request.version);
}

const hungHint = "see what it does: orchestra daemon logs";

function silent(endpoint: Endpoint, limitMs: number): string {
  const who = endpoint.pid === null ? "the daemon" : `the daemon (pid ${endpoint.pid})`;
  return `${who} did not answer within ${limitMs / 1000}s`;
}

function unreachable(error: unknown): Error {
  const errno = errnoOf(error);
  switch (errno) {
    case "ENOENT":
    case "ECONNREFUSED":
      return new Unreachable("gone", "no daemon runs for this fleet", "start it: orchestra start");
    case "EACCES":
    case "EPERM":
      return new Unreachable("closed", "no permission to talk to the daemon: it belongs to another user");
    case "ECONNRESET":
    case "EPIPE":
      return new Unreachable("gone", "the daemon ended before it answered", "see why: orchestra daemon logs");
    default:
      return new Unreachable("closed", `the daemon cannot be reached: ${errno}`);
  }
}
