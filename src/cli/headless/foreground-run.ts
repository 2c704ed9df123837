import { randomUUID } from "node:crypto";
import { Unreachable } from "../../daemon/unreachable-daemon.ts";
import { runInForeground } from "../../engine/process/run-in-foreground.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { describeExit } from "../../model/cause.ts";
import type { EngineClient } from "../../model/client.ts";
import type { Command, CommandError, CommandRequest } from "../../model/command.ts";
import type { StampedEvent } from "../../model/event.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { CliContext } from "../cli-context.ts";
import { exitCodeOfFailed, exitCodeOfTimeout } from "../exit-code-of.ts";
import { firstSnapshot } from "../first-snapshot.ts";
import { FleetFollower } from "../fleet-follower.ts";
import type { OpenFleet } from "../open-fleet.ts";
import { readySummary } from "../output/ready-summary.ts";
import { containerTerms } from "../pull-option.ts";
import { abortOf } from "../reply-abort.ts";
import type { Accepted } from "../run-command.ts";
import { selectUnits } from "../select-units.ts";
import { startTargets } from "../start-targets.ts";
import { untilAborted } from "../until-aborted.ts";
import { type OpenTarget, progressOf, type Target } from "../wait-for.ts";
import { waitForTargets } from "../wait-for-targets.ts";
import { DaemonLoss } from "./daemon-loss.ts";
import type { EndRequest } from "./end-request.ts";
import { tellFailures, tellPending } from "./failure-stories.ts";
import { fleetNews } from "./fleet-news.ts";
import type { ForegroundOptions } from "./foreground-options.ts";
import { LogPump } from "./log-pump.ts";
import type { Reporter } from "./reporter.ts";
import { shellCode } from "./shell-code.ts";
import { stopServices } from "./stop-services.ts";

/** How a run came to its end: what it exits with, and whether what it started goes on. */
interface Verdict {
  exitCode: number;
  keeps: boolean;
}

/**
 * A fleet in the foreground: starts, shows what happens, and in the end stops what it started and nothing that ran
 * before. What it starts hangs on a lease, so it ends with this process, however that dies.
 */
export class ForegroundRun {
  readonly #context: CliContext;
  readonly #fleet: OpenFleet;
  readonly #client: EngineClient;
  readonly #options: ForegroundOptions;
  readonly #reporter: Reporter;
  readonly #lease = randomUUID();
  readonly #commandIds = new Set<string>();
  /** Units that were ready at some time. */
  readonly #wereReady = new Set<string>();
  readonly #end: EndRequest;
  readonly #follower: FleetFollower;
  /** Aborted by the exit that the run is about. */
  readonly #exited = new AbortController();
  readonly #loss: DaemonLoss;
  #exitCode: number | null = null;
  #hooksEnd: { error: CommandError | null } | null = null;
  #lastNewsAt: number;

  /** @param end whose interrupts end the run; the caller closes it */
  constructor(context: CliContext, fleet: OpenFleet, options: ForegroundOptions, reporter: Reporter, end: EndRequest) {
    this.#context = context;
    this.#fleet = fleet;
    this.#client = fleet.client;
    this.#options = options;
    this.#reporter = reporter;
    this.#lastNewsAt = context.clock.now();
    this.#end = end;
    this.#follower = new FleetFollower(fleet.client, context.clock, {
      lease: this.#lease,
      onEvent: (event, before) => this.#take(event, before),
      onResync: (snapshot) => reporter.fleet(snapshot),
      onLoss: (reason) => this.#loss.take(reason),
    });
    this.#loss = new DaemonLoss(context, fleet.root, this.#follower, (text) => reporter.say(text));
  }

  /** Resolves to the exit code, once everything is done that is to be done. To be called once. */
  async run(): Promise<number> {
    try {
      return await this.#run();
    } finally {
      this.#follower.close();
      await this.#client.close();
    }
  }

  async #run(): Promise<number> {
    const { clock } = this.#context;
    const baseline = await firstSnapshot(this.#client, this.#follower, this.#end.told);
    if (baseline === null) return this.#end.exitCode;
    const { until } = this.#options;
    if (until.kind === "exit") await selectUnits({ names: [until.service], except: [] }, baseline);
    this.#reporter.fleet(baseline);
    const logs = await LogPump.atPresentEnd(this.#client, clock, (lines) => this.#reporter.logs(lines));
    const startedAt = clock.now();
    // The first interrupt waits for the reply: only then is it known what there is to stop.
    const reply = await untilAborted(this.#send(this.#start()), this.#end.pressed);
    if (reply === null) return this.#end.exitCode;
    for (const note of reply.notes) this.#reporter.say(`${note}\n`);
    this.#reporter.accepted(reply);
    logs.follow(reply.services);

    const verdict = await this.#carryOut(reply, baseline, startedAt);
    const own = reply.services.filter((name) => baseline.services.find((s) => s.name === name)?.wanted !== "running");
    if (this.#loss.signal.aborted) {
      await this.#endOrphaned(own);
      await logs.end();
      return exitCodes.unreachable;
    }
    if (verdict.keeps) await this.#keep(own);
    const exitCode = verdict.keeps ? verdict.exitCode : await this.#stop(own, verdict.exitCode);
    await logs.end();
    return exitCode;
  }

  /** From the accepted start to the moment in which the run is over. */
  async #carryOut(reply: Accepted, baseline: FleetSnapshot, startedAt: number): Promise<Verdict> {
    const { clock } = this.#context;
    const targets = startTargets(reply.units, this.#options.select.names, baseline);
    const end = await waitForTargets(this.#follower, {
      isCurrent: (s) => s.revision >= reply.revision || s.daemon.pid !== baseline.daemon.pid,
      targets,
      isDone: () => !reply.hooksFollow || this.#hooksEnd !== null,
      failsFast: true,
      limit: { kind: "total", ms: this.#options.timeoutMs },
      startedAt,
      lastNewsAt: () => this.#lastNewsAt,
      clock,
      signal: this.#overSignal(),
      remind: (text) => this.#reporter.say(text),
    });
    const tookMs = clock.now() - startedAt;
    switch (end.kind) {
      case "aborted":
        return { exitCode: this.#exitCode ?? this.#end.exitCode, keeps: false };
      case "lost":
        return this.#lost(end.reason);
      case "timeout": {
        const { pending, failed } = progressOf(this.#follower.snapshot ?? baseline, targets, clock.now());
        await this.#sayFailures(failed);
        this.#reporter.timedOut(
          await tellPending(this.#client, pending, this.#follower.snapshot, this.#wereReady),
          tookMs,
        );
        return { exitCode: exitCodeOfTimeout({ pending, failed }), keeps: false };
      }
      case "met": {
        await this.#sayFailures(end.value.failed);
        const hookError = this.#hooksEnd?.error ?? null;
        if (hookError !== null) this.#reporter.say(`${hookError.message}\n`);
        if (end.value.failed.length > 0) return { exitCode: exitCodeOfFailed(end.value.failed), keeps: false };
        if (hookError !== null) return { exitCode: exitCodes.failed, keeps: false };
        this.#reporter.say(`${readySummary(reply.units, tookMs, this.#follower.snapshot ?? baseline)}\n`);
        return await this.#afterReady(targets);
      }
    }
  }

  async #afterReady(targets: readonly Target[]): Promise<Verdict> {
    const { until } = this.#options;
    switch (until.kind) {
      case "ready":
        return { exitCode: exitCodes.ok, keeps: true };
      case "command": {
        const shellAt = this.#context.clock.now();
        const shell = runInForeground(until.command, { cwd: this.#context.cwd, env: this.#context.env });
        // What is typed at the terminal reaches the command by itself; what was sent to us alone does not.
        this.#loss.signal.addEventListener("abort", () => shell.forward("SIGTERM"), { once: true });
        const exitCode = await this.#end.sharedWith((interrupt) => {
          if (interrupt !== "SIGINT" || !this.#context.isInteractive) shell.forward(interrupt);
        }, shell.done);
        this.#reporter.commandEnded(until.command, exitCode, this.#context.clock.now() - shellAt);
        return { exitCode, keeps: false };
      }
      case "exit":
      case "told":
        return await this.#untilTold(new Set(meantUnits(targets)));
    }
  }

  /** A ready fleet runs until it is told to end, or until all of it has ended. */
  async #untilTold(units: ReadonlySet<string>): Promise<Verdict> {
    const known = new Set<string>();
    const exitCode = (): number => (known.size > 0 ? exitCodes.failed : exitCodes.ok);
    const { until, unread } = this.#options;
    const isEndless = until.kind === "told" && unread !== undefined;
    const signal = isEndless ? AbortSignal.any([this.#overSignal(), unread]) : this.#overSignal();
    for (;;) {
      const end = await this.#follower.until((s) => fleetNews(s, units, known), { signal });
      if (end.kind === "lost") return this.#lost(end.reason);
      if (end.kind !== "met") return { exitCode: this.#exitCode ?? exitCode(), keeps: false };
      await this.#sayFailures(end.value.failed);
      for (const { name } of end.value.failed) known.add(name);
      if (!end.value.isOver) continue;
      this.#reporter.say("all of it has ended\n");
      return { exitCode: exitCode(), keeps: false };
    }
  }

  /** What was started under the lease goes on without it, since somebody asks for it in their own name. */
  async #keep(services: readonly string[]): Promise<void> {
    if (services.length === 0 || this.#follower.disconnection !== null) return;
    // The same words as before: a one-shot that was named again would be run again.
    // Without the caller's environment there are no hooks: they have run.
    await this.#client.send({ ...this.#request(this.#start()), callerEnv: null, lease: null });
  }

  #start(): Command {
    const { select, noDeps, overrides, strays, rerun } = this.#options;
    const terms = {
      ...(strays && { strays }),
      ...(rerun !== undefined && { rerun }),
      ...containerTerms(this.#options),
    };
    return { kind: "start", select, noDeps, overrides, ...terms };
  }

  /** Stops what this run started. Returns the run's exit code, which a stop that fails may change. */
  async #stop(services: readonly string[], exitCode: number): Promise<number> {
    const isDown = await stopServices(services, {
      clock: this.#context.clock,
      follower: this.#follower,
      send: (command) => this.#send(command),
      pressed: this.#end.pressed,
      isHookPending: () => this.#hooksEnd === null,
      lastNewsAt: () => this.#lastNewsAt,
      say: (text) => this.#reporter.say(text),
      sayFailures: (failed) => this.#sayFailures(failed),
    });
    return isDown || exitCode !== exitCodes.ok ? exitCode : exitCodes.failed;
  }

  async #send(command: Command): Promise<Accepted> {
    const reply = await this.#client.send(this.#request(command));
    if (!reply.ok) throw await abortOf(reply.error, this.#fleet.root, this.#context.stderr.hasColor);
    return reply;
  }

  #request(command: Command): CommandRequest {
    const commandId = randomUUID();
    this.#commandIds.add(commandId);
    this.#hooksEnd = null;
    return { command, origin: this.#options.origin, callerEnv: this.#context.env, lease: this.#lease, commandId };
  }

  #take(stamped: StampedEvent, before: FleetSnapshot): void {
    const { event } = stamped;
    this.#lastNewsAt = this.#context.clock.now();
    if ("commandId" in event) {
      if (!this.#commandIds.has(event.commandId)) return;
      if (event.kind === "commandFinished") this.#hooksEnd = { error: event.error };
    }
    if (event.kind === "replicaChanged" && event.replica.state.phase === "ready") this.#wereReady.add(event.replica.id);
    this.#reporter.event(stamped, before);
    const { until } = this.#options;
    if (until.kind === "exit" && event.kind === "replicaExited" && event.unit.startsWith(`${until.service}#`)) {
      if (this.#exitCode === null) this.#reporter.say(`${event.unit} has ended: ${describeExit(event.status)}\n`);
      this.#exitCode ??= shellCode(event.status);
      this.#exited.abort();
    }
  }

  /** Aborted by whatever ends a ready run from outside. */
  #overSignal(): AbortSignal {
    return AbortSignal.any([this.#end.told, this.#exited.signal, this.#loss.signal]);
  }

  /** The lease was over with its daemon: the next one ends what hung on it, and this waits for that. */
  async #endOrphaned(services: readonly string[]): Promise<void> {
    try {
      if (await this.#loss.untilThereIsAnother()) await this.#stop(services, exitCodes.unreachable);
    } catch (error) {
      // That daemon has ended meanwhile, and it does so only when nothing is left.
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  #lost(reason: string): Verdict {
    this.#reporter.say(`lost the daemon: ${reason}\n  see what it said: orchestra daemon logs\n`);
    return { exitCode: exitCodes.unreachable, keeps: true };
  }

  async #sayFailures(failed: readonly OpenTarget[]): Promise<void> {
    if (failed.length === 0) return;
    this.#reporter.failed(await tellFailures(this.#client, failed, this.#follower.snapshot, this.#wereReady));
  }
}

/** The units whose end is that of the run; those that it can do without only where there are no others. */
function meantUnits(targets: readonly Target[]): string[] {
  const units = targets.filter((target) => target.kind === "unit");
  const needed = units.filter(({ mayBeUnavailable }) => mayBeUnavailable !== true);
  return (needed.length === 0 ? units : needed).map(({ unit }) => unit);
}
