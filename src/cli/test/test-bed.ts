import { randomUUID } from "node:crypto";
import { Unreachable } from "../../daemon/unreachable-daemon.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { sleep } from "../../lib/sleep.ts";
import type { Command, CommandError } from "../../model/command.ts";
import type { StampedEvent } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { AfterReply } from "../after-reply.ts";
import type { CliContext } from "../cli-context.ts";
import { concerns } from "../concerns.ts";
import { firstSnapshot } from "../first-snapshot.ts";
import { FleetFollower } from "../fleet-follower.ts";
import { DaemonLoss } from "../headless/daemon-loss.ts";
import type { EndRequest } from "../headless/end-request.ts";
import { stopServices } from "../headless/stop-services.ts";
import { printHookOutput } from "../hook-printer.ts";
import { readLivingUnits } from "../offline-state.ts";
import type { OpenFleet } from "../open-fleet.ts";
import { EventPrinter } from "../output/event-printer.ts";
import { reportFailures } from "../output/failure-report.ts";
import type { Output } from "../output/output.ts";
import { formatTimeout } from "../output/timeout-report.ts";
import { abortOf } from "../reply-abort.ts";
import type { Accepted } from "../run-command.ts";
import { unitTargets } from "../targets.ts";
import { untilAborted } from "../until-aborted.ts";
import { type OpenTarget, type Progress, progressOf } from "../wait-for.ts";
import { waitForTargets } from "../wait-for-targets.ts";

/** For the daemon that the watchdog starts, and what it has to stop. */
const watchdogMs = 3_000;
const lookMs = 50;

/** How bringing a service up went. `ended`: the tests as a whole were told to end meanwhile. */
export type BroughtUp =
  | { kind: "up" }
  | { kind: "ended" }
  | { kind: "failed"; failure: Failure; report: string; timedOut: boolean };

export interface TestBedOptions {
  overrides: Record<string, string>;
  /** Bounds each start. */
  timeoutMs: number;
  end: EndRequest;
  /** Takes what happens, line by line. */
  output: Output;
}

/**
 * The part of a fleet that acceptance tests need: brought up through the daemon, under a lease, and taken down in the end as
 * far as it was not there before. What it starts ends with this process, however that dies.
 */
export class TestBed {
  readonly #context: CliContext;
  readonly #fleet: OpenFleet;
  readonly #options: TestBedOptions;
  readonly #lease = randomUUID();
  readonly #commandIds = new Set<string>();
  readonly #follower: FleetFollower;
  readonly #loss: DaemonLoss;
  readonly #printer: EventPrinter;
  /** Services that run because of this. */
  readonly #own = new Set<string>();
  #baseline: FleetSnapshot | null = null;
  #news: AfterReply | null = null;
  #hooksEnd: { error: CommandError | null } | null = null;
  #lastNewsAt: number;

  constructor(context: CliContext, fleet: OpenFleet, options: TestBedOptions) {
    this.#context = context;
    this.#fleet = fleet;
    this.#options = options;
    this.#printer = new EventPrinter(options.output);
    this.#lastNewsAt = context.clock.now();
    this.#follower = new FleetFollower(fleet.client, context.clock, {
      lease: this.#lease,
      onEvent: (event, before) => this.#take(event, before),
      onLoss: (reason) => this.#loss.take(reason),
    });
    this.#loss = new DaemonLoss(context, fleet.root, this.#follower, (text) => options.output.write(text));
  }

  /** Aborted where the daemon, and with it what the tests run against, is gone. */
  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Starts a service with all that it depends on, and waits until it is ready. */
  async bringUp(service: string): Promise<BroughtUp> {
    const { clock } = this.#context;
    const { end, overrides, timeoutMs, output } = this.#options;
    this.#baseline ??= await firstSnapshot(this.#fleet.client, this.#follower, end.told);
    const baseline = this.#baseline;
    if (baseline === null) return { kind: "ended" };
    this.#printer.fit(baseline);
    const startedAt = clock.now();
    const select = { names: [service], except: [] };
    const news = new AfterReply((event, before) => this.#printer.print(event, before));
    this.#news = news;
    // The first interrupt waits for the reply: only then is it known what there is to stop.
    const reply = await untilAborted(this.#send({ kind: "start", select, noDeps: false, overrides }), end.pressed);
    if (reply === null) return { kind: "ended" };
    for (const name of reply.services) {
      if (baseline.services.find((s) => s.name === name)?.wanted !== "running") this.#own.add(name);
    }
    for (const note of reply.notes) output.write(`${note}\n`);
    news.release(concerns(reply));
    const targets = unitTargets(reply.units, "ready");
    const waited = await waitForTargets(this.#follower, {
      isCurrent: (s) => s.revision >= reply.revision || s.daemon.pid !== baseline.daemon.pid,
      targets,
      isDone: () => !reply.hooksFollow || this.#hooksEnd !== null,
      failsFast: true,
      limit: { kind: "total", ms: timeoutMs },
      startedAt,
      lastNewsAt: () => this.#lastNewsAt,
      clock,
      signal: AbortSignal.any([end.told, this.#loss.signal]),
      remind: (text) => output.write(text),
    });
    this.#news = null;
    switch (waited.kind) {
      case "aborted":
        return { kind: "ended" };
      case "lost":
        throw new Abort(
          exitCodes.unreachable,
          `lost the daemon: ${waited.reason}`,
          "see what it said: orchestra daemon logs",
        );
      case "timeout":
        return await this.#timedOut(
          progressOf(this.#follower.snapshot ?? baseline, targets, clock.now()),
          clock.now() - startedAt,
        );
      case "met": {
        const error = this.#hooksEnd?.error ?? null;
        if (waited.value.failed.length > 0) return await this.#failed(waited.value.failed);
        return error === null ? { kind: "up" } : blocked(service, error.message, "", false);
      }
    }
  }

  /** Stops what was started for the tests. False where that could not be had, which is told. */
  async takeDown(): Promise<boolean> {
    if (this.#loss.signal.aborted) {
      // The lease was over with its daemon: the next one ends what hung on it.
      await this.#endOrphaned();
      return false;
    }
    return this.#own.size === 0 || (await this.#stop());
  }

  async close(): Promise<void> {
    this.#follower.close();
    await this.#fleet.client.close();
  }

  async #endOrphaned(): Promise<void> {
    // It does so in a moment, and is gone then itself.
    if (await this.#isGone(watchdogMs)) return;
    try {
      if (await this.#loss.untilThereIsAnother()) await this.#stop();
    } catch (error) {
      // That daemon has ended meanwhile, and it does so only when nothing is left.
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  async #isGone(limitMs: number): Promise<boolean> {
    const { clock } = this.#context;
    const { pressed } = this.#options.end;
    const until = clock.now() + limitMs;
    for (;;) {
      if (!readLivingUnits(this.#fleet.root).some(({ service }) => this.#own.has(service))) return true;
      if (clock.now() >= until || pressed.aborted) return false;
      await sleep(lookMs, pressed, clock);
    }
  }

  #stop(): Promise<boolean> {
    return stopServices([...this.#own], {
      clock: this.#context.clock,
      follower: this.#follower,
      send: (command) => this.#send(command),
      pressed: this.#options.end.pressed,
      isHookPending: () => this.#hooksEnd === null,
      lastNewsAt: () => this.#lastNewsAt,
      say: (text) => this.#options.output.write(text),
      sayFailures: async (failed) => this.#options.output.write(await this.#report(failed)),
    });
  }

  async #timedOut({ pending, failed }: Progress, tookMs: number): Promise<BroughtUp> {
    if (failed.length > 0) return await this.#failed(failed);
    const names = pending.map(({ name }) => name);
    return blocked(names[0] ?? "", `${names.join(", ")} did not become ready`, formatTimeout(pending, tookMs), true);
  }

  async #failed(failed: readonly OpenTarget[]): Promise<BroughtUp> {
    const [first] = failed;
    const name = first?.name ?? "";
    return blocked(name, `${name} ${first?.what ?? "failed"}`, await this.#report(failed), false);
  }

  #report(failed: readonly OpenTarget[]): Promise<string> {
    return reportFailures(this.#fleet.client, failed, this.#options.output.hasColor);
  }

  async #send(command: Command): Promise<Accepted> {
    const commandId = randomUUID();
    this.#commandIds.add(commandId);
    this.#hooksEnd = null;
    const request = { command, origin: "cli", callerEnv: this.#context.env, lease: this.#lease, commandId } as const;
    const reply = await this.#fleet.client.send(request);
    if (!reply.ok) throw await abortOf(reply.error, this.#fleet.root, this.#context.stderr.hasColor);
    return reply;
  }

  #take(stamped: StampedEvent, before: FleetSnapshot): void {
    const { event } = stamped;
    this.#lastNewsAt = this.#context.clock.now();
    if ("commandId" in event) {
      if (!this.#commandIds.has(event.commandId)) return;
      printHookOutput(event, event.commandId, this.#options.output);
      if (event.kind === "commandFinished") this.#hooksEnd = { error: event.error };
    }
    this.#news?.take(stamped, before);
  }
}

function blocked(dependency: string, why: string, report: string, timedOut: boolean): BroughtUp {
  const failure: Failure = { kind: "dependency-failed", dependency, message: `was not tested: ${why}` };
  return { kind: "failed", failure, report, timedOut };
}
