import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure, PortHolder } from "../../model/failure.ts";
import type { Blocker, Phase, ReplicaSnapshot } from "../../model/replica.ts";
import { describeStray } from "../../model/stray.ts";
import { printableWords } from "./printable.ts";

/** A phase as the user reads it: a oneshot that is at work is `running`, since it never becomes ready without a probe. */
export function phaseWord(phase: Phase, isOneshot: boolean): string {
  return isOneshot && phase === "starting" ? "running" : phase;
}

/** Where a unit stands, in a few words that need only its name in front: `waiting for migrate to be completed (it is starting)`. */
export function describeState(
  replica: Pick<ReplicaSnapshot, "state" | "failure">,
  now: number,
  isOneshot = false,
): string {
  const { state } = replica;
  switch (state.phase) {
    case "waiting":
      return state.blockers.length === 0
        ? "waiting"
        : `waiting for ${state.blockers.map((b) => describeBlocker(b, now)).join(" and ")}`;
    case "starting": {
      const word = phaseWord("starting", isOneshot);
      return replica.failure === null ? word : `${word} (so far: ${printableWords(replica.failure.message)})`;
    }
    case "unready":
      return `unready: ${printableWords(state.failure.message)}`;
    case "backoff":
      return `backoff, starts again in ${formatDuration(state.retryAt - now)}: ${printableWords(state.failure.message)}`;
    case "failed":
      return `failed: ${printableWords(state.failure.message)}`;
    case "stopping":
      return state.next === "start" ? "stopping, to start again" : "stopping";
    case "stopped":
    case "ready":
    case "paused":
    case "completed":
      return state.phase;
  }
}

/** One thing that holds a unit back. */
function describeBlocker(blocker: Blocker, now: number): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} to be ${blocker.condition}${blocker.now === "" ? "" : ` (it is ${blocker.now})`}`;
    case "build":
      return blocker.status === "building" ? "its build" : `its build (${blocker.status})`;
    case "port":
      return blocker.holder === null
        ? `port ${blocker.port} (taken)`
        : `port ${blocker.port}, taken by ${describeHolder(blocker.holder, now)}`;
    case "strays": {
      const [first] = blocker.strays;
      if (first === undefined) return "a look for what already runs of it";
      const which = blocker.strays.map((stray) => shorten(printableWords(describeStray(stray)), 80)).join(" and ");
      return `your word on ${which}, started outside: orchestra strays stop ${first.pid} (or adopt, or ignore)`;
    }
    case "docker":
      return `Docker: ${printableWords(blocker.detail)}`;
    case "endingStrays": {
      const which = blocker.strays.map((stray) => shorten(printableWords(describeStray(stray)), 80)).join(" and ");
      return `the end of ${which}, started outside`;
    }
  }
}

/** `pid 4711 (./orders, started 2h ago in /home/you/shop/orders, not by this fleet)`. */
function describeHolder(holder: PortHolder, now: number): string {
  const facts = [shorten(printableWords(holder.command), 60)];
  const when = holder.startedAt === null ? "" : ` ${formatDuration(now - holder.startedAt)} ago`;
  const where = holder.cwd === null ? "" : ` in ${printableWords(holder.cwd)}`;
  if (when !== "" || where !== "") facts.push(`started${when}${where}`);
  facts.push(holder.unit ?? "not by this fleet");
  const stop = holder.stopWith === undefined ? "" : `; ${printableWords(holder.stopWith)} ends it`;
  return `pid ${holder.pid} (${facts.join(", ")})${stop}`;
}

/** What to do about a failure, where somebody knows. */
export function hintOf(failure: Failure): string | null {
  if (failure.hint !== undefined) return failure.hint;
  return failure.kind === "gave-up" ? hintOf(failure.last) : null;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
