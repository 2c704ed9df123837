import { loadFleet } from "../../config/load-fleet.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import { loadDocker } from "../../engine/vendors/load-docker.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { suggest } from "../../lib/suggest.ts";
import { hasErrors } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { parseUnitId } from "../../model/ids.ts";
import { type FleetSnapshot, servicesOf, type VendorView, vendorsOf } from "../../model/snapshot.ts";
import type { VendorSpec } from "../../model/vendor.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet } from "../open-fleet.ts";
import { configAbort } from "../reply-abort.ts";

/** The fleet as its files say. Throws an Abort where they have mistakes. */
export async function readVendorFleet(context: CliContext): Promise<FleetSpec> {
  const root = await locateFleet(context);
  const { spec, diagnostics } = loadFleet(root, context.env);
  if (spec === null || hasErrors(diagnostics)) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  return spec;
}

/** The vendors of these names, all without any. Throws an Abort for a name that is no vendor's. */
export function chooseVendors({ vendors, services }: FleetSpec, names: readonly string[]): VendorSpec[] {
  const chosen = chooseNames(names, vendors, services);
  return vendors.filter(({ name }) => chosen.has(name));
}

/** The same of a fleet as its daemon knows it, whatever the files have become. */
export function chooseViews(snapshot: FleetSnapshot, names: readonly string[]): VendorView[] {
  const vendors = vendorsOf(snapshot);
  const chosen = chooseNames(names, vendors, servicesOf(snapshot));
  return vendors.filter(({ name }) => chosen.has(name));
}

function chooseNames(
  names: readonly string[],
  vendors: readonly { name: string }[],
  services: readonly { name: string }[],
): ReadonlySet<string> {
  const known = new Set(vendors.map(({ name }) => name));
  if (names.length === 0) return known;
  const chosen = names.map((typed) => {
    const { name, index } = parseUnitId(typed);
    if (known.has(name) && (index === null || index === 1)) return name;
    const isService = services.some((service) => service.name === name);
    throw noVendor(typed, [...known], isService);
  });
  return new Set(chosen);
}

/** The engine for containers; nothing is asked yet. The caller closes it. */
export async function openDocker({ env, clock }: CliContext): Promise<Docker> {
  return await loadDocker({ env, clock });
}

/** A failure of the engine as the end of a verb: 3 where it could not be asked. */
export function dockerAbort(failure: Failure): Abort {
  const code = failure.kind === "docker-unreachable" ? exitCodes.unreachable : exitCodes.failed;
  return new Abort(code, failure.message, failure.hint ?? null);
}

function noVendor(typed: string, names: readonly string[], isService: boolean): Abort {
  if (isService) {
    return new Abort(exitCodes.usage, `${typed} is a service, not a vendor`, `see it: orchestra ps`);
  }
  if (names.length === 0) {
    return new Abort(
      exitCodes.usage,
      `there is no vendor "${typed}": the fleet has none`,
      "name them under vendors: in orchestra.yml",
    );
  }
  const close = suggest(typed, [...names]);
  const hint = close === null ? "see what there is: orchestra vendors" : `did you mean "${close}"?`;
  return new Abort(exitCodes.usage, `there is no vendor "${typed}"`, hint);
}
