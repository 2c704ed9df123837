import { describeCause } from "../../../model/cause.ts";
import type { VendorSnapshot } from "../../../model/vendor.ts";
import { describeBlocker } from "../../state/describe-blocker.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, killText, remaining } from "../../text/elapsed.ts";

/** `:5432`, and how many more there are: `:5672 +1`. */
export function vendorPorts({ ports }: VendorSnapshot, none: string): string {
  const [first, ...others] = Object.values(ports);
  if (first === undefined) return none;
  return others.length === 0 ? `:${first}` : `:${first} +${others.length}`;
}

/**
 * What is under way and for how long (`12s, tcp: connection refused`), or why a vendor is not well; null where there is nothing to say but what
 * it runs.
 */
export function vendorProgress({ cause, state, since, supported }: VendorSnapshot, now: number): string | null {
  if (!supported) return null;
  switch (state.phase) {
    case "starting": {
      const what = cause.kind === "user" ? "" : `, ${describeCause(cause)}`;
      return cleanText(`${elapsed(since, now)}${what}`);
    }
    case "waiting":
      if (state.blockers.length === 0) return null;
      return cleanText(`${elapsed(since, now)}, for ${state.blockers.map(describeBlocker).join(", ")}`);
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

/** The image; where there is little room without the path before its name, and as its tag alone where the name says nothing new. */
export function imageText({ image, name }: VendorSnapshot, isShort: boolean): string {
  if (!isShort) return cleanText(image);
  const last = cleanText(image.slice(image.lastIndexOf("/") + 1));
  return last.startsWith(`${name}:`) ? last.slice(name.length + 1) : last;
}
