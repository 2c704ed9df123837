import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { CliContext, Interrupt } from "../../src/cli/cli-context.ts";
import type { Output } from "../../src/cli/output/output.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { Unreachable } from "../../src/daemon/unreachable-daemon.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { EngineClient } from "../../src/model/client.ts";
import type { CommandReply } from "../../src/model/command.ts";
import { parseUnitId, type UnitId } from "../../src/model/ids.ts";
import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import { FakeClient } from "../helpers/fake-client.ts";
import { waitUntil } from "../helpers/wait-until.ts";

/** A command line that runs in a world of the test's own: a folder, an engine that does as told, captured output. */
export class CliWorld {
  readonly root: string;
  readonly client: FakeClient;
  /** Null: no daemon runs until one is started. */
  hasDaemon: boolean;
  startedDaemons = 0;
  /** So many times a daemon takes a connection and ends before it answers. */
  vanishings = 0;
  stdout = "";
  stderr = "";
  readonly context: CliContext;
  /** From now on nobody reads standard output; does nothing where the verb does not ask to be told. */
  loseReader: () => void = () => {};
  #laterMs = 0;
  readonly #listeners = new Set<(interrupt: Interrupt) => void>();

  constructor(
    snapshot: FleetSnapshot,
    options: { hasDaemon?: boolean; files?: Record<string, string>; isTty?: boolean } = {},
  ) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-cli-")));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    const files = options.files ?? { "orchestra.yml": "", "api/service.yml": "run: ./api" };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      writeFileSync(join(this.root, file), text);
    }
    this.client = new FakeClient({ ...snapshot, root: this.root });
    this.hasDaemon = options.hasDaemon ?? true;
    const isTty = options.isTty ?? false;
    this.context = {
      cwd: this.root,
      env: { HOME: "/home/you" },
      stdout: this.#output(isTty, (text) => (this.stdout += text)),
      stderr: this.#output(isTty, (text) => (this.stderr += text)),
      isInteractive: false,
      clock: { ...systemClock, now: () => systemClock.now() + this.#laterMs },
      daemons: {
        connect: async () => (this.hasDaemon || this.vanishings > 0 ? this.#clientView() : null),
        ensure: async () => {
          const started = !this.hasDaemon;
          if (started) this.startedDaemons += 1;
          this.hasDaemon = true;
          return { client: this.#clientView(), started };
        },
        waitUntilGone: async () => {
          this.hasDaemon = false;
          return true;
        },
      },
      onInterrupt: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      onReaderGone: (listener) => {
        this.loseReader = listener;
      },
      exitCode: 0,
    };
  }

  run(...args: string[]): Promise<number> {
    return runCli(args, this.context);
  }

  /** A press of Ctrl-C, a second after the one before; or the echo of that. */
  interrupt(signal: Interrupt = "SIGINT", { isEcho = false } = {}): void {
    if (!isEcho) this.#laterMs += 1_000;
    for (const listener of [...this.#listeners]) listener(signal);
  }

  /** Says that the command is about these units, and that nothing else is to be said. */
  accept(...units: string[]): void {
    this.client.reply = () => this.accepted(units);
  }

  accepted(units: readonly string[], change: Partial<CommandReply & { ok: true }> = {}): CommandReply {
    return {
      ok: true,
      units: units.map((unit) => unit as UnitId),
      services: [...new Set(units.map((unit) => parseUnitId(unit).name))],
      revision: this.client.state.revision,
      notes: [],
      hooksFollow: false,
      ...change,
    };
  }

  /** Changes one replica, with an event as the engine sends it. */
  change(unit: string, change: Partial<ReplicaSnapshot>): void {
    const old = this.client.state.services.flatMap((s) => s.replicas).find((r) => r.id === unit);
    if (old === undefined) throw new Error(`no replica ${unit}`);
    this.client.emit({
      kind: "replicaChanged",
      replica: { ...old, since: Date.now(), ...change },
      from: old.state.phase,
    });
  }

  async untilStderr(text: string): Promise<void> {
    await waitUntil(`stderr holds "${text}"`, () => this.stderr.includes(text));
  }

  async untilStdout(text: string): Promise<void> {
    await waitUntil(`stdout holds "${text}"`, () => this.stdout.includes(text));
  }

  /** Waits until this many commands have been sent, and returns the last. */
  async untilSent(count: number): Promise<void> {
    await waitUntil(`${count} commands are sent`, () => this.client.commands.length >= count);
  }

  /** A verb closes its client, and a later one opens another. */
  #clientView(): EngineClient {
    const { client } = this;
    return {
      snapshot: async () => {
        if (this.vanishings === 0) return client.snapshot();
        this.vanishings--;
        throw new Unreachable("gone", "the daemon ended before it answered");
      },
      subscribe: (listener) => client.subscribe(listener),
      send: (request) => client.send(request),
      readLogs: (query, signal) => client.readLogs(query, signal),
      watchUsage: (listener) => client.watchUsage(listener),
      inspect: (unit) => client.inspect(unit),
      reveal: (unit, variable) => client.reveal(unit, variable),
      findStrays: () => client.findStrays(),
      close: async () => {},
    };
  }

  #output(isTty: boolean, write: (text: string) => void): Output {
    return { write, isTty, hasColor: false, columns: 100 };
  }
}
