import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Readable } from "node:stream";
import { inspect } from "node:util";
import Dockerode from "dockerode";
import type { Clock } from "../../../lib/clock.ts";
import { messageOf } from "../../../lib/message-of.ts";
import type { Failure } from "../../../model/failure.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Refusal } from "./refusal.ts";
import { endpointUnusable, silent, unreachable } from "./unreachable.ts";

/** What a request came to. */
export type Answer<T> =
  | { kind: "answered"; value: T }
  /** The engine said no. */
  | { kind: "refused"; refusal: Refusal }
  /** It could not be asked, or went away before it had answered. */
  | { kind: "unreachable"; failure: Failure };

/** An open answer. It ends with the engine, when `end` is called, or with the client. */
export interface OpenStream {
  stream: Readable;
  end(): void;
}

/** The usual time for an answer. */
const answerMs = 10_000;

/**
 * dockerode with limits: every request has a time for its answer, all of them end with the client, and no error is thrown.
 * Each request has a connection of its own: to a socket of this machine that costs nothing, and none is kept that an
 * engine which starts again would break.
 */
export class EngineClient {
  readonly endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #api: Dockerode | Failure;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #underWay = new Set<() => void>();
  #isClosed = false;

  constructor(endpoint: Endpoint, clock: Clock) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#agent = endpoint.tls === null ? new HttpAgent() : new HttpsAgent();
    // dockerode writes each request out for its debugging, whether anybody reads it or not.
    Object.assign(this.#agent, { [inspect.custom]: () => "Agent" });
    this.#api = endpoint.unusable ?? apiOf(endpoint, this.#agent);
  }

  /** One request. `timeoutMs`: null for one that may take as long as it takes. */
  async ask<T>(
    call: (api: Dockerode, abortSignal: AbortSignal) => Promise<T>,
    options: { timeoutMs?: number | null; signal?: AbortSignal } = {},
  ): Promise<Answer<T>> {
    const api = this.#api;
    if (!(api instanceof Dockerode)) return { kind: "unreachable", failure: api };
    if (this.#isClosed) return this.#unreachable(new Error("it is not asked any more"));
    const timeoutMs = options.timeoutMs === undefined ? answerMs : options.timeoutMs;
    const abort = new AbortController();
    const ended = Promise.withResolvers<Answer<T>>();
    const end = (failure: Failure): void => {
      ended.resolve({ kind: "unreachable", failure });
      abort.abort();
    };
    const cancelTimer =
      timeoutMs === null ? () => {} : this.#clock.after(timeoutMs, () => end(silent(this.endpoint.url, timeoutMs)));
    const stop = (): void => end(unreachable(this.endpoint.url, new Error("it is not asked any more")));
    this.#underWay.add(stop);
    options.signal?.addEventListener("abort", stop);
    if (options.signal?.aborted === true) stop();
    try {
      const answered = call(api, abort.signal).then(
        (value): Answer<T> => ({ kind: "answered", value }),
        (error): Answer<T> => this.#explain(error),
      );
      return await Promise.race([ended.promise, answered]);
    } finally {
      cancelTimer();
      this.#underWay.delete(stop);
      options.signal?.removeEventListener("abort", stop);
    }
  }

  /** A request whose answer is read as it comes. `signal` ends it, at whatever point it is. */
  async open(
    call: (api: Dockerode, abortSignal: AbortSignal) => Promise<unknown>,
    options: { timeoutMs?: number | null; signal?: AbortSignal } = {},
  ): Promise<Answer<OpenStream>> {
    const request = new AbortController();
    let isLate = false;
    const answer = await this.ask(async (api) => {
      const stream = (await call(api, request.signal)) as Readable;
      stream.on("error", () => {});
      if (isLate) stream.destroy();
      return stream;
    }, options);
    if (answer.kind !== "answered") {
      isLate = true;
      request.abort();
      return answer;
    }
    const stream = answer.value;
    const end = (): void => {
      this.#underWay.delete(end);
      options.signal?.removeEventListener("abort", end);
      stream.destroy();
    };
    this.#underWay.add(end);
    options.signal?.addEventListener("abort", end);
    if (options.signal?.aborted === true) end();
    return { kind: "answered", value: { stream, end } };
  }

  /** Ends all that is under way, and refuses whatever comes. */
  close(): void {
    this.#isClosed = true;
    for (const end of [...this.#underWay]) end();
    this.#agent.destroy();
  }

  #explain(error: unknown): { kind: "refused"; refusal: Refusal } | { kind: "unreachable"; failure: Failure } {
    const status = (error as { statusCode?: unknown } | null)?.statusCode;
    return typeof status === "number"
      ? { kind: "refused", refusal: { status, words: wordsOf(error) } }
      : this.#unreachable(error);
  }

  #unreachable(error: unknown): { kind: "unreachable"; failure: Failure } {
    return { kind: "unreachable", failure: unreachable(this.endpoint.url, error) };
  }
}

/** Opens an answer that dockerode would read whole (a log that is not followed), or would put the request into twice. */
export function dialStream(
  api: Dockerode,
  request: {
    method: "GET" | "POST";
    path: string;
    query: Record<string, unknown>;
    login?: object | null;
    abortSignal: AbortSignal;
  },
): Promise<Readable> {
  const { method, path, query, login, abortSignal } = request;
  return new Promise((resolve, reject) => {
    const dialled = {
      path: `${path}?`,
      method,
      abortSignal,
      isStream: true,
      statusCodes: { 200: true },
      options: { _query: query, _body: {} },
      ...(login != null && { authconfig: login }),
    };
    api.modem.dial(dialled, (error, stream) => {
      if (error !== null) reject(error);
      else resolve(stream as Readable);
    });
  });
}

/**
 * All that the environment says is overruled: dockerode reads it by itself, at each start, and throws where that is of no
 * use to it.
 */
function apiOf({ url, socketPath, tcp, tls }: Endpoint, agent: HttpAgent): Dockerode | Failure {
  const options = {
    socketPath: socketPath ?? undefined,
    host: tcp?.host,
    port: tcp?.port,
    protocol: tls === null ? ("http" as const) : ("https" as const),
    ca: tls?.ca ?? undefined,
    cert: tls?.cert ?? undefined,
    key: tls?.key ?? undefined,
    pathPrefix: "/",
    timeout: undefined,
    agent,
  };
  try {
    return new Dockerode(options);
  } catch (error) {
    return endpointUnusable(url, messageOf(error), { hint: "look at DOCKER_HOST and DOCKER_CERT_PATH" });
  }
}

/** The engine's own words: dockerode puts others in front, and its answer to a stream is text. */
function wordsOf(error: unknown): string {
  const json = (error as { json?: { message?: unknown } | null }).json;
  if (typeof json?.message === "string") return json.message;
  return messageOf(error)
    .replace(/^\(HTTP code \d+\) .*? - /s, "")
    .trim();
}
