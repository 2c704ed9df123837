import { defaultFleetSettings } from "../../../src/config/default-fleet-settings.ts";
import type { FleetSpec } from "../../../src/model/fleet.ts";
import type { FleetId } from "../../../src/model/ids.ts";

/** A fleet in /f without services, unless told otherwise. */
export function sampleSpec(change: Partial<FleetSpec> = {}): FleetSpec {
  return { id: "0123456789abcdef" as FleetId, root: "/f", name: "f", ...defaultFleetSettings, services: [], ...change };
}
