import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

interface Question {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: Buffer | Readable;
  headers?: Record<string, string>;
}

/** What a container is made of, in short; see `DockerApi.run`. */
export interface ContainerWish {
  image: string;
  name?: string;
  command?: string[];
  env?: Record<string, string>;
  /** Port inside → port on 127.0.0.1. */
  ports?: Record<number, number>;
  network?: string;
  /** As in `data:/data`. */
  binds?: string[];
  labels?: Record<string, string>;
}

/** The answer of an engine that says no. */
class DockerRefusal extends Error {
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what} → ${status} ${text.trim()}`);
    this.status = status;
  }
}

/** Docker's HTTP, without the code that is under test: what tests use to arrange a scene, and to see what became of it. */
export class DockerApi {
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /** The answer as soon as its head is there. */
  open(method: string, path: string, question: Question = {}): Promise<IncomingMessage> {
    const { json, raw, headers } = question;
    return new Promise((resolve, reject) => {
      const call = request(
        {
          socketPath: this.socket,
          method,
          path: `/v1.41${path}`,
          headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
          agent: false,
        },
        resolve,
      );
      call.once("error", reject);
      if (raw !== undefined && !Buffer.isBuffer(raw)) raw.pipe(call);
      else call.end(json === undefined ? raw : JSON.stringify(json));
    });
  }

  /** The whole answer; throws a DockerRefusal where it is a no. */
  async bytes(method: string, path: string, question: Question = {}): Promise<Buffer> {
    const answer = await this.open(method, path, question);
    const body = await buffer(answer);
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw new DockerRefusal(`${method} ${path}`, status, body.toString());
    return body;
  }

  /** What the answer says as JSON; undefined where it says nothing. */
  async ask<T = unknown>(method: string, path: string, json?: unknown): Promise<T> {
    const body = await this.bytes(method, path, { json });
    return (body.length === 0 ? undefined : JSON.parse(body.toString())) as T;
  }

  /** Makes a container and starts it; resolves with its id. */
  async run(wish: ContainerWish): Promise<string> {
    const query = wish.name === undefined ? "" : `?name=${encodeURIComponent(wish.name)}`;
    const ports = Object.entries(wish.ports ?? {});
    const { Id } = await this.ask<{ Id: string }>("POST", `/containers/create${query}`, {
      Image: wish.image,
      Cmd: wish.command,
      Env: Object.entries(wish.env ?? {}).map(([name, value]) => `${name}=${value}`),
      Labels: wish.labels,
      ExposedPorts: Object.fromEntries(ports.map(([inside]) => [`${inside}/tcp`, {}])),
      HostConfig: {
        Binds: wish.binds,
        NetworkMode: wish.network,
        PortBindings: Object.fromEntries(
          ports.map(([inside, outside]) => [`${inside}/tcp`, [{ HostIp: "127.0.0.1", HostPort: String(outside) }]]),
        ),
      },
    });
    await this.ask("POST", `/containers/${Id}/start`);
    return Id;
  }

  /** Runs a command inside; its output is both streams in the order in which they came. */
  async exec(container: string, command: string[]): Promise<{ code: number; output: string }> {
    const wish = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const { Id } = await this.ask<{ Id: string }>("POST", `/containers/${container}/exec`, wish);
    const output = withoutFrames(await this.bytes("POST", `/exec/${Id}/start`, { json: { Detach: false } }));
    const { ExitCode } = await this.ask<{ ExitCode: number }>("GET", `/exec/${Id}/json`);
    return { code: ExitCode, output };
  }

  /** All it has printed, both streams in order. */
  async logs(container: string, options: { isTty?: boolean } = {}): Promise<string> {
    const bytes = await this.bytes("GET", `/containers/${container}/logs?stdout=1&stderr=1`);
    return options.isTty === true ? bytes.toString() : withoutFrames(bytes);
  }

  /** Waits until it has ended; resolves with its exit code. */
  async ended(container: string): Promise<number> {
    return (await this.ask<{ StatusCode: number }>("POST", `/containers/${container}/wait`)).StatusCode;
  }

  /** The names of all volumes that have a label, as in `dev.orchestra.root=/tmp/x`. */
  async volumes(label: string): Promise<string[]> {
    const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
    const { Volumes } = await this.ask<{ Volumes: { Name: string }[] | null }>("GET", `/volumes?${filter}`);
    return (Volumes ?? []).map(({ Name }) => Name);
  }

  /** Removes all containers, networks and volumes that have a label, as in `dev.orchestra.root=/tmp/x`. */
  async sweep(label: string): Promise<void> {
    const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
    const containers = await this.ask<{ Id: string }[]>("GET", `/containers/json?all=1&${filter}`);
    await Promise.all(containers.map(({ Id }) => this.#remove(`/containers/${Id}?force=1&v=1`)));
    const networks = await this.ask<{ Id: string }[]>("GET", `/networks?${filter}`);
    await Promise.all(networks.map(({ Id }) => this.#remove(`/networks/${Id}`)));
    const volumes = await this.volumes(label);
    await Promise.all(volumes.map((name) => this.#remove(`/volumes/${name}`)));
  }

  async #remove(path: string): Promise<void> {
    await this.ask("DELETE", path).catch((error: unknown) => {
      if (!(error instanceof DockerRefusal) || error.status !== 404) throw error;
    });
  }
}

/** Without a terminal, each piece of output has eight bytes before it: the stream, three zeros, the length. */
function withoutFrames(bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    pieces.push(bytes.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString();
}
