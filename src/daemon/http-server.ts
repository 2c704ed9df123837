/*
 * The wire: HTTP/1.1 on a unix socket that only its user can open, JSON in and out.
 *
 *    client (dashboard, verb, curl)                      daemon
 *      │  GET  /v1/hello           who are you?            │   any version
 *      │  POST /v1/daemon/stop     stop all, then end      │   any version; answers when all is stopped
 *      │  POST /v1/daemon/release  end, services live on   │   any version; answers when the state is saved
 *      │                                                   │
 *      │  GET  /v1/snapshot        FleetSnapshot           │   own version only:
 *      │  POST /v1/commands        CommandRequest → Reply  │   else 409 and nothing is done
 *      │  POST /v1/logs            LogQuery → LogPage      │   may wait; a lost connection ends the wait
 *      │  GET  /v1/inspect?unit=   UnitInspection or null  │   secrets are masked
 *      │  GET  /v1/strays          Stray[]                 │   looks around first
 *      │  POST /v1/reveal          {unit, variable} → text │   one secret, for who can open the socket
 *      │  GET  /v1/usage           ◄── usage, usage, …     │   one line a second, none while nobody asks
 *      │                           ◄── goodbye             │   (usage-stream.ts)
 *      │  GET  /v1/events?lease=   ◄── snapshot            │   newline-delimited JSON, as long as both live
 *      │                           ◄── events, events, …   │   (event-stream.ts)
 *      │                           ◄── goodbye             │
 *
 * Theory of operation. Truth is in the engine; a client holds a copy: one snapshot, moved on by the same `applyEvent`.
 * Revisions grow by one, so a client sees a gap at once. A client that does not read costs the daemon at most 1 MB: then its
 * queue is dropped and a new snapshot follows when it reads again. Nothing else can be missed, so there are no
 * heartbeats: on a unix socket the death of either side is seen by the other at once.
 *
 * There is no handshake. Each request and each response carry version and protocol in their headers, so the first real
 * request of a verb is also its only round trip; a request of another version is refused before anything is done,
 * except for the three routes that a newer program needs in order to replace an older daemon.
 *
 * State changes are never a GET. Errors are `{"error": "…"}`: 400 for a body that is malformed or a pattern that takes too
 * long, 500 for our own bugs.
 */
import { chmodSync, rmSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { createAdaptorServer } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { PatternTooSlow } from "../lib/pattern-too-slow.ts";
import type { EngineClient } from "../model/client.ts";
import type { UnitId } from "../model/ids.ts";
import { EventStream } from "./event-stream.ts";
import type { Hello, WireError } from "./protocol.ts";
import { protocolVersion, wireHeaders } from "./protocol.ts";
import { UsageStream } from "./usage-stream.ts";
import { parseCommandRequest, parseLogQuery, parseRevealRequest } from "./wire-schema.ts";

/** A caller's environment is the largest thing in a request; Linux allows it a few megabytes. */
const maxBodyBytes = 16 * 1024 * 1024;

/** How long responses under way may take to go out once the server closes. */
const closeLimitMs = 500;

export interface HttpServerOptions {
  engine: EngineClient;
  /** Path of the unix socket; nothing may be there. Its folder is the user's alone. */
  socket: string;
  version: string;
  hello: () => Hello;
  /** Stops everything; resolves when all is stopped. The daemon ends afterwards. */
  stop: () => Promise<void>;
  /** Hands over; resolves when the state is saved. The daemon ends afterwards. */
  release: () => Promise<void>;
  log: (line: string) => void;
}

/** The daemon's listener. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #streams = new Set<EventStream | UsageStream>();
  /** Every connection, and how many responses are under way on it. */
  readonly #connections = new Map<Socket, number>();
  /** Ends the waits of long polls. */
  readonly #closing = new AbortController();

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    // Only the user can connect, so there is nobody to defend against with timeouts, and an idle daemon needs no timers.
    const serverOptions = {
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
      connectionsCheckingInterval: 2 ** 30,
    };
    this.#server = createAdaptorServer({ fetch: this.#routes().fetch, serverOptions }) as Server;
    this.#watchConnections();
  }

  /** Resolves once clients can connect. Rejects with the system's error. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen({ path: options.socket, backlog: 1024 }, resolve);
    });
    chmodSync(options.socket, 0o600);
    server.#server.on("error", (error) => options.log(`socket: ${error.message}`));
    return server;
  }

  /** Takes no more connections, says goodbye to subscribers, lets responses under way go out, removes the socket. */
  async close(reason: string): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const stream of this.#streams) stream.end(reason);
    this.#closing.abort();
    for (const [socket, responses] of this.#connections) if (responses === 0) socket.destroy();
    const limit = setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.destroy();
    }, closeLimitMs);
    await closed;
    clearTimeout(limit);
    rmSync(this.#options.socket, { force: true });
  }

  /** Node's own `closeIdleConnections` leaves those that have not sent a request yet. */
  #watchConnections(): void {
    this.#server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, 0);
      socket.once("close", () => this.#connections.delete(socket));
    });
    this.#server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
      const count = (change: number): number => {
        const responses = (this.#connections.get(socket) ?? 0) + change;
        if (this.#connections.has(socket)) this.#connections.set(socket, responses);
        return responses;
      };
      count(1);
      response.once("close", () => {
        if (count(-1) === 0 && this.#closing.signal.aborted) socket.end();
      });
    });
  }

  #routes(): Hono<{ Bindings: HttpBindings }> {
    const { engine, version, log } = this.#options;
    const app = new Hono<{ Bindings: HttpBindings }>();

    app.use(async (c, next) => {
      c.env.outgoing.setHeader(wireHeaders.version, version);
      c.env.outgoing.setHeader(wireHeaders.protocol, protocolVersion);
      await next();
    });
    app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.json(failure("the body is too large"), 413) }));
    app.notFound((c) => c.json(failure(`there is no ${c.req.method} ${c.req.path}`), 404));
    app.onError((error, c) => {
      log(`${c.req.method} ${c.req.path} failed, which is a bug in Orchestra: ${error.stack ?? error.message}`);
      return c.json(failure(error.message), 500);
    });

    app.get("/v1/hello", (c) => c.json(this.#options.hello()));
    app.post("/v1/daemon/stop", async (c) => {
      await this.#options.stop();
      return c.json({});
    });
    app.post("/v1/daemon/release", async (c) => {
      await this.#options.release();
      return c.json({});
    });

    const sameVersion = createMiddleware<{ Bindings: HttpBindings }>(async (c, next) => {
      const theirs = c.req.header(wireHeaders.version) ?? version;
      const theirProtocol = c.req.header(wireHeaders.protocol) ?? String(protocolVersion);
      if (theirs !== version || theirProtocol !== String(protocolVersion)) {
        return c.json(failure(`this daemon is version ${version}, not ${theirs}`), 409);
      }
      await next();
      return;
    });
    app.get("/v1/snapshot", sameVersion, async (c) => c.json(await engine.snapshot()));
    app.get("/v1/events", sameVersion, (c) => {
      const lease = c.req.query("lease") ?? null;
      this.#follow(c.env.outgoing, new EventStream(engine, c.env.outgoing, lease, log));
      return RESPONSE_ALREADY_SENT;
    });
    app.get("/v1/usage", sameVersion, (c) => {
      this.#follow(c.env.outgoing, new UsageStream(engine, c.env.outgoing));
      return RESPONSE_ALREADY_SENT;
    });
    app.get("/v1/strays", sameVersion, async (c) => c.json(await engine.findStrays()));
    app.get("/v1/inspect", sameVersion, async (c) => {
      const unit = c.req.query("unit");
      if (unit === undefined) return c.json(failure("unit is missing"), 400);
      return c.json(await engine.inspect(unit as UnitId));
    });
    // For the unix socket alone, which only the user can open, and that is all that there is: a listener on TCP, once
    // there is one, must not have this route. A POST, so that no secret is in anything that keeps answers.
    app.post("/v1/reveal", sameVersion, async (c) => {
      const request = parseRevealRequest(await c.req.text());
      if (!request.ok) return c.json(failure(request.message), 400);
      return c.json(await engine.reveal(request.value.unit, request.value.variable));
    });
    app.post("/v1/commands", sameVersion, async (c) => {
      const request = parseCommandRequest(await c.req.text());
      if (!request.ok) return c.json(failure(request.message), 400);
      return c.json(await engine.send(request.value));
    });
    app.post("/v1/logs", sameVersion, async (c) => {
      const query = parseLogQuery(await c.req.text());
      if (!query.ok) return c.json(failure(query.message), 400);
      const gone = new AbortController();
      const { outgoing } = c.env;
      outgoing.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, this.#closing.signal]);
      try {
        return c.json(await engine.readLogs(query.value, signal));
      } catch (error) {
        if (signal.aborted) return c.json(failure("the daemon is ending"), 503);
        if (error instanceof PatternTooSlow) return c.json(failure(error.message), 400);
        throw error;
      }
    });
    return app;
  }

  #follow(response: ServerResponse, stream: EventStream | UsageStream): void {
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
  }
}

function failure(error: string): WireError {
  return { error };
}
