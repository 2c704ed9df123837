import { placeOf } from "./check-names.ts";
import type { Report } from "./report.ts";
import type { LazyLocation } from "./yaml-source.ts";

/** Ports that a unit takes for itself: one, or a range. */
export interface PortClaim {
  unit: string;
  from: number;
  to: number;
  at: LazyLocation;
  /** `tcp` where it is not given. */
  protocol?: "tcp" | "udp";
  /** The one address of this machine that it is for; what is for all of them, or does not say, is in each other's way. */
  hostIp?: string;
}

/** Reports every port that two units (or two ports of one) claim. */
export function checkPorts(claims: readonly PortClaim[], root: string, report: Report): void {
  for (const ofProtocol of Map.groupBy(claims, ({ protocol = "tcp" }) => protocol).values()) {
    const addresses = new Set(ofProtocol.map(addressOf));
    if (addresses.size > 1) addresses.delete(null);
    for (const address of addresses) {
      const near = ofProtocol.filter((claim) => addressOf(claim) === null || addressOf(claim) === address);
      checkAddress(near, root, report);
    }
  }
}

function addressOf({ hostIp }: PortClaim): string | null {
  return hostIp === undefined || hostIp === "0.0.0.0" || hostIp === "::" ? null : hostIp;
}

function checkAddress(claims: readonly PortClaim[], root: string, report: Report): void {
  const sorted = claims.toSorted((a, b) => a.from - b.from);
  let widest: PortClaim | null = null;
  for (const claim of sorted) {
    if (widest !== null && claim.from <= widest.to) {
      // The later one in the files is the one to mend.
      const [kept, moved] = order(widest, claim);
      const owner = kept.unit === moved.unit ? "another port of it" : `"${kept.unit}"`;
      const message = `port ${claim.from} of "${moved.unit}" is also that of ${owner}`;
      report.error(
        "duplicate-port",
        message,
        moved.at(),
        `it is taken in ${placeOf(kept.at(), root)}; write auto for a free one`,
      );
    }
    if (widest === null || claim.to > widest.to) widest = claim;
  }
}

function order(a: PortClaim, b: PortClaim): [PortClaim, PortClaim] {
  const [first, second] = [a.at(), b.at()];
  if (first.file !== second.file) return first.file < second.file ? [a, b] : [b, a];
  const isFirst = first.line < second.line || (first.line === second.line && first.column < second.column);
  return isFirst ? [a, b] : [b, a];
}
