import type { PortClaim } from "./check-ports.ts";
import type { FleetInput } from "./fleet-schema.ts";
import type { YamlSource } from "./yaml-source.ts";

/** The tcp ports of this machine that vendors publish, `5432:5432`; a port without a host's number claims none. */
export function vendorClaims(vendors: NonNullable<FleetInput["vendors"]>, source: YamlSource): PortClaim[] {
  return Object.entries(vendors).flatMap(([unit, vendor]) =>
    (vendor.ports ?? []).flatMap((published, i) => {
      const match = /(?:^|:)(\d+)(?:-(\d+))?:\d+(?:-\d+)?(?:\/tcp)?$/.exec(published);
      if (match === null) return [];
      const from = Number(match[1]);
      return [{ unit, from, to: Number(match[2] ?? from), at: () => source.valueAt(["vendors", unit, "ports", i]) }];
    }),
  );
}
