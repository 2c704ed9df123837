import { describeCause } from "../../../model/cause.ts";
import type { Failure } from "../../../model/failure.ts";
import { blockerInShort, describeBlocker } from "../../state/describe-blocker.ts";
import { isUnhealthy } from "../../state/is-unhealthy.ts";
import { type PullStatus, pullOf, pullText } from "../../state/pull-status.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, killText, remaining } from "../../text/elapsed.ts";
import type { VendorRow } from "./vendor-row.ts";

/** `:5432`, and how many more there are: `:5672 +1`, or that there are more: `:5672+`. */
export function vendorPorts({ replica }: VendorRow, none: string, isShort = false): string {
  const [first, ...others] = Object.values(replica?.ports ?? {});
  if (first === undefined) return none;
  if (isShort && others.length > 0) return `:${first}+`;
  return others.length === 0 ? `:${first}` : `:${first} +${others.length}`;
}

/** The phase, or what it comes to: `pulling` (`pulling 45%` where there is room), `unhealthy` while all else is well. */
export function vendorState({ replica }: VendorRow, isShort: boolean): string {
  if (replica === null) return "stopped";
  if (isUnhealthy(replica)) return "unhealthy";
  const pull = pullOf(replica);
  if (pull === null) return replica.state.phase;
  return isShort || pull.percent === null ? "pulling" : `pulling ${pull.percent}%`;
}

/**
 * What is under way and for how long (`34/120 MB, 12s`, `12s, tcp: connection refused`), or why a vendor is not well; null where there is nothing
 * to say but what it runs.
 */
export function vendorProgress({ replica }: VendorRow, now: number, isShort = false): string | null {
  if (replica === null) return null;
  const { cause, failure, state, since } = replica;
  const pull = pullOf(replica);
  if (pull !== null) return pullProgress(pull, since, now, isShort);
  switch (state.phase) {
    case "starting": {
      const isTold = cause.kind === "user" || cause.kind === "spawn";
      const what = failure === null ? (isTold ? "" : describeCause(cause)) : wordsOf(failure);
      return cleanText([elapsed(since, now), what].filter((part) => part !== "").join(", "));
    }
    case "waiting":
      if (state.blockers.length === 0) return null;
      return cleanText(
        isShort
          ? `${state.blockers.map(blockerInShort).join(", ")}, ${elapsed(since, now)}`
          : `${elapsed(since, now)}, for ${state.blockers.map(describeBlocker).join(", ")}`,
      );
    case "stopping":
      return state.killAt === null ? elapsed(since, now) : killText(state.killAt, now);
    case "backoff":
      return cleanText(`in ${remaining(state.retryAt, now)}, ${state.failure.message}`);
    case "unready":
    case "failed":
      return cleanText(state.failure.message);
    default:
      return null;
  }
}

/** Of a probe, what it was answered: what it asks is known. */
function wordsOf(failure: Failure): string {
  return failure.kind === "probe-failed" && failure.detail !== "" ? failure.detail : failure.message;
}

/** While the registry is asked there is nothing but the time. */
function pullProgress(pull: PullStatus, since: number, now: number, isShort: boolean): string {
  const far = pullText(pull);
  if (far === "") return elapsed(since, now);
  return isShort ? far : `${far}, ${elapsed(since, now)}`;
}

/** The image; where there is little room without the path before its name, and as its tag alone where the name says nothing new. */
export function imageText({ image, name }: Pick<VendorRow, "image" | "name">, isShort: boolean): string {
  if (!isShort) return cleanText(image);
  const last = cleanText(image.slice(image.lastIndexOf("/") + 1));
  return last.startsWith(`${name}:`) ? last.slice(name.length + 1) : last;
}

/** `2h` where there is no room for `2h05m`. */
export function uptimeText(startedAt: number, now: number, isShort: boolean): string {
  const text = elapsed(startedAt, now);
  return isShort ? (/^\d+[a-z]/.exec(text)?.[0] ?? text) : text;
}
