import { randomUUID } from "node:crypto";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { Command, CommandError, CommandReply } from "../model/command.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { AfterReply } from "./after-reply.ts";
import type { CliContext } from "./cli-context.ts";
import { concerns } from "./concerns.ts";
import { exitCodeOfFailed, exitCodeOfTimeout } from "./exit-code-of.ts";
import { firstSnapshot } from "./first-snapshot.ts";
import { FleetFollower } from "./fleet-follower.ts";
import { printHookOutput } from "./hook-printer.ts";
import { Interruption } from "./interruption.ts";
import type { OpenFleet } from "./open-fleet.ts";
import { EventPrinter } from "./output/event-printer.ts";
import { reportFailures } from "./output/failure-report.ts";
import { type Outcome, toOutcomeJson } from "./output/outcome-json.ts";
import { formatTimeout } from "./output/timeout-report.ts";
import { abortOf } from "./reply-abort.ts";
import { untilAborted } from "./until-aborted.ts";
import { type Progress, progressOf, type Target } from "./wait-for.ts";
import { type WaitLimit, waitForTargets } from "./wait-for-targets.ts";

/** A command that the engine took. */
export type Accepted = CommandReply & { ok: true };

/** One verb that changes the fleet: what is asked, what it waits for, and how it says so. */
export interface CommandRun {
  command: Command;
  /** What must come true; empty where the verb does not wait. */
  targets: (reply: Accepted, baseline: FleetSnapshot) => Target[];
  limit: WaitLimit;
  /** The last line where all is well; `tookMs` since the command was sent. */
  summary: (reply: Accepted, fleets: { baseline: FleetSnapshot; latest: FleetSnapshot }, tookMs: number) => string;
  /** What goes on after an interrupt, and what to do about it. */
  onInterrupted: string;
  json: boolean;
}

/**
 * Sends the command, tells what happens until its targets are reached, and says how it ended. Resolves to the exit code
 * and closes the client.
 */
export async function runCommand(context: CliContext, fleet: OpenFleet, run: CommandRun): Promise<number> {
  const { clock, stderr } = context;
  const { client } = fleet;
  const commandId = randomUUID();
  const printer = new EventPrinter(stderr);
  let lastNewsAt = clock.now();
  let hooksEnd: { error: CommandError | null } | null = null;
  const news = new AfterReply((event, before) => {
    lastNewsAt = clock.now();
    printer.print(event, before);
  });
  const follower = new FleetFollower(client, clock, {
    onEvent: (stamped, before) => {
      const { event } = stamped;
      printHookOutput(event, commandId, stderr);
      if (event.kind === "commandFinished" && event.commandId === commandId) hooksEnd = { error: event.error };
      news.take(stamped, before);
    },
  });
  const interruption = new Interruption(context);
  try {
    const baseline = await firstSnapshot(client, follower, interruption.signal);
    if (baseline === null) return interruption.exitCode;
    printer.fit(baseline);
    const sentAt = clock.now();
    const request = { command: run.command, origin: "cli", callerEnv: context.env, lease: null, commandId } as const;
    const reply = await untilAborted(client.send(request), interruption.signal);
    if (reply === null) {
      stderr.write(`interrupted; ${run.onInterrupted}\n`);
      return interruption.exitCode;
    }
    if (!reply.ok) throw await abortOf(reply.error, fleet.root, stderr.hasColor);
    for (const note of reply.notes) stderr.write(`${note}\n`);
    news.release(concerns(reply));

    const targets = run.targets(reply, baseline);
    const end = await waitForTargets(follower, {
      // Revisions count within one daemon; a new one knows the command from state.json.
      isCurrent: (s) => s.revision >= reply.revision || s.daemon.pid !== baseline.daemon.pid,
      targets,
      isDone: () => !reply.hooksFollow || targets.length === 0 || hooksEnd !== null,
      failsFast: false,
      limit: run.limit,
      startedAt: sentAt,
      lastNewsAt: () => lastNewsAt,
      clock,
      signal: interruption.signal,
      remind: (text) => stderr.write(text),
    });
    const finish = (outcome: Outcome, progress: Progress, code: number): number => {
      if (run.json)
        context.stdout.write(toOutcomeJson(outcome, reply.services, follower.snapshot, progress, reply.notes));
      return code;
    };
    const open = progressOf(follower.snapshot ?? baseline, targets, clock.now());
    const tookMs = clock.now() - sentAt;
    switch (end.kind) {
      case "met": {
        if (end.value.failed.length > 0) {
          stderr.write(`\n${await reportFailures(client, end.value.failed, stderr.hasColor)}`);
          return finish("failed", end.value, exitCodeOfFailed(end.value.failed));
        }
        const { error } = hooksEnd ?? { error: null };
        if (error !== null) throw await abortOf(error, fleet.root, stderr.hasColor);
        stderr.write(`${run.summary(reply, { baseline, latest: follower.snapshot ?? baseline }, tookMs)}\n`);
        return finish("done", end.value, exitCodes.ok);
      }
      case "aborted":
        stderr.write(`interrupted; ${run.onInterrupted}\n`);
        return finish("interrupted", open, interruption.exitCode);
      case "lost":
        // The end of `down` may come before the news of it.
        if (run.command.kind === "down") {
          stderr.write(`${run.summary(reply, { baseline, latest: follower.snapshot ?? baseline }, tookMs)}\n`);
          return finish("done", { failed: [], pending: [] }, exitCodes.ok);
        }
        throw new Abort(
          exitCodes.unreachable,
          `lost the daemon: ${end.reason}`,
          "see what it said: orchestra daemon logs",
        );
      case "timeout":
        if (open.failed.length > 0) stderr.write(`\n${await reportFailures(client, open.failed, stderr.hasColor)}`);
        stderr.write(
          open.pending.length > 0
            ? formatTimeout(open.pending, tookMs)
            : `timed out after ${formatDuration(tookMs)}, still waiting for the hooks of ${run.command.kind}\n`,
        );
        return finish("timed-out", open, exitCodeOfTimeout(open));
    }
  } finally {
    interruption.end();
    follower.close();
    await client.close();
  }
}
