import { basename, join } from "node:path";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkNames } from "./check-names.ts";
import { checkPorts } from "./check-ports.ts";
import { checkProfiles } from "./check-profiles.ts";
import { discover, isThere, warnOfName } from "./discover.ts";
import { draftDependencies } from "./draft-dependencies.ts";
import { EnvFiles } from "./env-files.ts";
import { fleetIdOf, realPathOf } from "./fleet-id.ts";
import { readFleetFile } from "./read-fleet-file.ts";
import { Report } from "./report.ts";
import { resolveService } from "./resolve-service.ts";
import { isPlainMap } from "./schema-kit.ts";
import { serviceEntries } from "./service-entries.ts";

/** One reading of a fleet's files. */
export interface LoadedFleet {
  /** Null where a diagnostic is an error. */
  spec: FleetSpec | null;
  /** By file and line. */
  diagnostics: Diagnostic[];
  /**
   * Every file (and folder that `services:` searches or misses) that was read or would matter if it appeared, sorted.
   * A new folder in the root matters too: it may bring a service.yml.
   */
  files: string[];
}

/**
 * Reads and checks all files of the fleet at `root`. Whatever stands in them, mistakes are diagnostics, and all of them
 * are found in one go; nothing a user can do makes it throw.
 */
export function loadFleet(root: string): LoadedFleet {
  const report = new Report();
  const realRoot = realPathOf(root);
  const file = join(realRoot, "orchestra.yml");
  const envFiles = new EnvFiles(report);
  const fleet = readFleetFile(file, envFiles, report);
  const misnamed = join(realRoot, "orchestra.yaml");
  if (fleet.isAbsent && isThere(misnamed)) warnOfName(misnamed, "orchestra.yml", report);
  const discovery = discover(realRoot, report);
  const entries = fleet.source === null ? null : serviceEntries(fleet.source, realRoot, report);
  const drafts = [...discovery.drafts, ...(entries?.drafts ?? [])];
  const oneshots = new Set(drafts.filter((d) => isPlainMap(d.value) && d.value.oneshot === true).map((d) => d.name));
  const units = {
    services: new Set(drafts.map((draft) => draft.name)),
    vendors: new Set(fleet.vendors.map((vendor) => vendor.name)),
    oneshots,
    isIncomplete: discovery.isIncomplete || fleet.isIncomplete,
  };
  checkNames(drafts, fleet.vendors, realRoot, report);
  checkDependencies(draftDependencies(drafts, fleet.source), units, report);
  if (fleet.source !== null) checkProfiles(fleet.source, units, report);
  const packageFiles = new Set<string>();
  const context = { supervise: fleet.supervise, oneshots, envFiles, packageFiles, report };
  const services = drafts.flatMap((draft) => resolveService(draft, context) ?? []);
  checkPorts([...fleet.claims, ...services.flatMap((service) => service.claims)], realRoot, report);

  const diagnostics = report.sorted();
  const specs = services.map((service) => service.spec);
  const spec: FleetSpec | null = hasErrors(diagnostics)
    ? null
    : {
        id: fleetIdOf(realRoot),
        root: realRoot,
        name: basename(realRoot) === "" ? "root" : basename(realRoot),
        ...fleet.settings,
        services: specs.sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name)),
      };
  const files = new Set([file, ...discovery.files, ...(entries?.folders ?? []), ...envFiles.files, ...packageFiles]);
  return { spec, diagnostics, files: [...files].sort() };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
