import { formatDuration } from "../../lib/format-duration.ts";
import { type Cause, describeCause } from "../../model/cause.ts";
import type { StampedEvent } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import type { UnitId } from "../../model/ids.ts";
import { type Blocker, type ReplicaSnapshot, shownName } from "../../model/replica.ts";
import type { BuildState, ServiceSnapshot, TestCounts } from "../../model/service-snapshot.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { describeState } from "./describe-state.ts";
import { type Paint, phasePaint } from "./paint.ts";
import { printableWords } from "./printable.ts";

/** One event as a line: who it is about, what happened, and the colour of it. */
export interface EventLine {
  subject: string;
  text: string;
  style: Paint | null;
}

/**
 * What a person who follows a start wants to read of an event; null where there is nothing to say: a change within a
 * phase that shows nothing new.
 *
 * @param before the snapshot that the event changes
 */
export function describeEvent({ event, at }: StampedEvent, before: FleetSnapshot): EventLine | null {
  switch (event.kind) {
    case "replicaChanged":
      return describeChange(
        event.replica,
        before.services.find((s) => s.name === event.replica.service),
        at,
      );
    case "buildChanged": {
      const { build, service } = event;
      if (build.status === "none" || build.status === "queued") return null;
      const old = before.services.find((s) => s.name === service)?.build;
      if (old?.status === build.status) return null;
      return describeBuild(service, build, event.cause, old?.status === "queued");
    }
    case "wantedChanged": {
      const old = before.services.find((s) => s.name === event.service);
      if (old === undefined || old.scale === event.scale) return null;
      return line(event.service, `scale ${old.scale} → ${event.scale} (${describeCause(event.cause)})`, null);
    }
    case "noticed": {
      const subject = event.unit === null ? before.name : nameIn(before, event.unit);
      // Some say who they are about, for where there is no name in front.
      const isNamed = event.message.startsWith(`${subject} `) || event.message.startsWith(`${subject}: `);
      const message = isNamed ? event.message.slice(subject.length).replace(/^:? /, "") : event.message;
      return line(subject, printableWords(message), event.level === "warning" ? "yellow" : null);
    }
    case "configRejected":
      return line(
        before.name,
        "the configuration has mistakes; the last good one stays in force (orchestra check)",
        "red",
      );
    case "fleetStopping":
      return line(before.name, `stopping everything (${describeCause(event.cause)})`, null);
    case "rerunChanged": {
      const old = before.services.find((s) => s.name === event.service)?.rerun;
      if (event.rerun.trouble !== null && event.rerun.trouble !== old?.trouble) {
        return line(event.service, `is not followed: ${printableWords(event.rerun.trouble)}`, "yellow");
      }
      // Who starts it decides about it without saying so; only who says so wants to read it.
      if (old?.isOn === event.rerun.isOn || event.cause.kind !== "user" || event.cause.verb !== "rerun") return null;
      return line(event.service, `rerun ${event.rerun.isOn ? "on" : "off"} (${describeCause(event.cause)})`, null);
    }
    // Who waits because of one says so itself, and what is done about one is noticed.
    case "straysChanged":
    case "fleetLoaded":
    case "replicaAdded":
    case "replicaRemoved":
    case "replicaExited":
    case "hookOutput":
    case "hookFinished":
    case "commandFinished":
      return null;
  }
}

/**
 * `rerun main.go`, `built in 1.2s, tests 12 ok, unchanged: nothing restarted`, `fails 2 of 14 tests: …`. `wasQueued`: what ended here
 * never began, since what it is made of has not changed.
 */
function describeBuild(service: string, build: BuildState, cause: Cause, wasQueued: boolean): EventLine {
  const isChange = cause.kind === "file" || cause.kind === "config";
  if (build.status === "building" && isChange) return line(service, `rerun ${describeCause(cause)}`, "cyan");
  if (build.status === "failed") {
    const { failure } = build;
    if (failure?.kind === "test-failed") return line(service, printableWords(failure.message), "red");
    return line(service, `build failed${messageOf(failure)}`, "red");
  }
  if (build.status !== "ok") return line(service, `${build.status} (${describeCause(cause)})`, "cyan");
  if (wasQueued && build.isUnchanged === true) return line(service, "up to date: nothing restarted", "green");
  const built = `built${build.lastMs === null ? "" : ` in ${formatDuration(build.lastMs)}`}`;
  const tests = build.tests === undefined ? "" : `, ${testWords(build.tests)}`;
  return line(
    service,
    `${built}${tests}${build.isUnchanged === true ? ", unchanged: nothing restarted" : ""}`,
    "green",
  );
}

function testWords({ passed, skipped, ms }: TestCounts): string {
  const counted = passed === null ? "ok" : `${passed} ok`;
  const left = skipped === null || skipped === 0 ? "" : `, ${skipped} skipped`;
  return `tests ${counted}${left} in ${formatDuration(ms)}`;
}

function describeChange(replica: ReplicaSnapshot, service: ServiceSnapshot | undefined, at: number): EventLine | null {
  const old = service?.replicas.find((r) => r.id === replica.id);
  // What a dependency is at the moment is told by its own line.
  const text = describeState(withoutDetail(replica), at, service?.oneshot);
  if (old !== undefined && old.state.phase === replica.state.phase) {
    // Within a phase only what it waits for is news; a pid or a probe's newest complaint is not.
    if (replica.state.phase !== "waiting" || describeState(withoutDetail(old), at) === text) return null;
  }
  return line(
    shownName(replica),
    `${text}${afterHowLong(replica, old)} (${describeCause(replica.cause)})`,
    phasePaint(replica.state.phase),
  );
}

/** A unit's name as a person writes it. */
function nameIn({ services }: FleetSnapshot, unit: UnitId): string {
  const replica = services.flatMap((s) => s.replicas).find((r) => r.id === unit);
  return replica === undefined ? unit : shownName(replica);
}

/** A unit that waits, without how far what it waits for is. */
function withoutDetail(replica: ReplicaSnapshot): ReplicaSnapshot {
  if (replica.state.phase !== "waiting") return replica;
  const blockers = replica.state.blockers.map((blocker): Blocker => {
    if (blocker.kind === "dependency") return { ...blocker, now: "" };
    return blocker.kind === "build" ? { ...blocker, status: "building" } : blocker;
  });
  return { ...replica, state: { ...replica.state, blockers } };
}

function afterHowLong(replica: ReplicaSnapshot, old: ReplicaSnapshot | undefined): string {
  const isEnd = replica.state.phase === "ready" || replica.state.phase === "completed";
  return isEnd && old?.state.phase === "starting" ? ` after ${formatDuration(replica.since - old.since)}` : "";
}

function messageOf(failure: Failure | null): string {
  return failure === null ? "" : `: ${printableWords(failure.message)}`;
}

function line(subject: string, text: string, style: Paint | null): EventLine {
  return { subject, text, style };
}
