import type { Agent } from "node:http";
import type { Socket } from "node:net";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { version as ownVersion } from "../lib/version.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { CommandReply, CommandRequest } from "../model/command.ts";
import type { UnitId } from "../model/ids.ts";
import type { UnitInspection } from "../model/inspection.ts";
import type { LogPage, LogQuery } from "../model/log.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { Stray } from "../model/stray.ts";
import type { UsageSample } from "../model/usage.ts";
import type { Goodbye, Hello, UsageLine, WireError } from "./protocol.ts";
import { RemoteStream } from "./remote-stream.ts";
import { RemoteSubscription } from "./remote-subscription.ts";
import { Unreachable } from "./unreachable-daemon.ts";
import type { WireRequest } from "./wire-request.ts";
import { readBody, sendRequest } from "./wire-request.ts";

/** The engine answers from memory; a daemon that is silent for this long hangs or is stopped. */
const answerLimitMs = 10_000;

export interface RemoteClientOptions {
  /** Of this program. */
  version?: string;
  /** A connection that was opened already; the first request takes it. */
  socket?: Socket;
}

/**
 * The engine of the daemon of one fleet, over its socket. Outlives daemons: each request goes to the one that is
 * there. Requests reject with `Unreachable` or `VersionMismatch`, which are `Abort`s that a verb may let through.
 */
export class RemoteClient implements EngineClient {
  readonly #root: string;
  readonly #version: string;
  readonly #agent: Agent;
  readonly #subscriptions = new Set<Subscription>();
  readonly #closed = new AbortController();

  /** Connects with the first request. `connect()` is for those who want to know whether there is a daemon. */
  constructor(root: string, options: RemoteClientOptions = {}) {
    this.#root = root;
    this.#version = options.version ?? ownVersion;
    this.#agent = agentWith(options.socket);
  }

  async snapshot(): Promise<FleetSnapshot> {
    return await this.#call<FleetSnapshot>({ method: "GET", path: "/v1/snapshot", body: null, isRepeatable: true });
  }

  subscribe(listener: (update: Update) => void, options: { lease?: string } = {}): Subscription {
    return this.#keep(
      new RemoteSubscription({
        root: this.#root,
        version: this.#version,
        lease: options.lease ?? null,
        listener,
        takeSnapshot: () => this.snapshot(),
      }),
    );
  }

  /** Has no time limit, since hooks of the fleet run before the reply; and is never sent twice. */
  async send(request: CommandRequest): Promise<CommandReply> {
    const body = JSON.stringify(request);
    return await this.#call({ method: "POST", path: "/v1/commands", body, limitMs: null, isRepeatable: false });
  }

  async readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const limitMs = answerLimitMs + (query.waitMs ?? 0);
    const body = JSON.stringify(query);
    return await this.#call({ method: "POST", path: "/v1/logs", body, limitMs, isRepeatable: true, signal });
  }

  watchUsage(listener: (sample: UsageSample) => void): Subscription {
    return this.#keep(
      new RemoteStream<Exclude<UsageLine, Goodbye>>({
        root: this.#root,
        version: this.#version,
        path: "/v1/usage",
        onLine: ({ sample }) => listener(sample),
        // That the daemon is gone is told by the subscription to its events.
        onLoss: () => {},
      }),
    );
  }

  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    const path = `/v1/inspect?unit=${encodeURIComponent(unit)}`;
    return await this.#call({ method: "GET", path, body: null, isRepeatable: true });
  }

  async reveal(unit: UnitId, variable: string): Promise<string | null> {
    const body = JSON.stringify({ unit, variable });
    return await this.#call({ method: "POST", path: "/v1/reveal", body, isRepeatable: true });
  }

  async findStrays(): Promise<Stray[]> {
    return await this.#call({ method: "GET", path: "/v1/strays", body: null, isRepeatable: true });
  }

  /** Who answers, of whatever version; null where nobody does: a daemon that was just killed may still accept a connection. */
  async hello(): Promise<Hello | null> {
    try {
      const request = { method: "GET", path: "/v1/hello", body: null, isRepeatable: true } as const;
      return await this.#call<Hello>({ ...request, isVersionChecked: false });
    } catch (error) {
      if (error instanceof Unreachable && error.kind === "gone") return null;
      throw error;
    }
  }

  /** Ends all subscriptions and connections; requests under way reject. */
  async close(): Promise<void> {
    this.#closed.abort(new Unreachable("gone", "the client was closed"));
    for (const subscription of this.#subscriptions) subscription.close();
    this.#subscriptions.clear();
    this.#agent.destroy();
  }

  /** Ends with the client, if not before. */
  #keep(subscription: Subscription): Subscription {
    this.#subscriptions.add(subscription);
    return {
      close: () => {
        this.#subscriptions.delete(subscription);
        subscription.close();
      },
    };
  }

  async #call<T>(
    request: Pick<WireRequest, "method" | "path" | "body" | "isRepeatable" | "signal"> &
      Partial<Pick<WireRequest, "limitMs" | "isVersionChecked">>,
  ): Promise<T> {
    const signals = [this.#closed.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = signals.length === 1 ? signals[0] : AbortSignal.any(signals);
    try {
      const response = await sendRequest({
        isVersionChecked: true,
        ...request,
        root: this.#root,
        version: this.#version,
        agent: this.#agent,
        signal,
        limitMs: request.limitMs === undefined ? answerLimitMs : request.limitMs,
      });
      return resultOf<T>(response.statusCode ?? 0, await readBody(response));
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw error;
    }
  }
}

/** The types of a result need no check: the daemon is of the same version. */
function resultOf<T>(status: number, body: string): T {
  const value: unknown = JSON.parse(body);
  if (status === 200) return value as T;
  const { error } = value as WireError;
  if (status === 400 || status === 413) throw new Abort(exitCodes.usage, error);
  if (status === 503) throw new Unreachable("gone", error);
  throw new Error(`the daemon answered ${status}: ${error}`);
}

function agentWith(socket: Socket | undefined): Agent {
  // See wire-request.ts for why this is no import.
  const { Agent } = process.getBuiltinModule("node:http");
  const agent = new Agent({ keepAlive: true });
  if (socket === undefined) return agent;
  const createConnection = agent.createConnection.bind(agent);
  let opened: Socket | null = socket;
  agent.createConnection = (options, callback) => {
    const first = opened;
    opened = null;
    if (first === null || first.destroyed) return createConnection(options, callback);
    first.ref();
    return first;
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    opened?.destroy();
    destroy();
  };
  return agent;
}
