import { basename, join } from "node:path";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkNames } from "./check-names.ts";
import { checkPorts } from "./check-ports.ts";
import { checkProfiles } from "./check-profiles.ts";
import { checkVariables } from "./check-variables.ts";
import { discover, isThere, warnOfName } from "./discover.ts";
import { draftDependencies } from "./draft-dependencies.ts";
import { EnvFiles } from "./env-files.ts";
import { fleetIdOf, realPathOf } from "./fleet-id.ts";
import { readFleetFile } from "./read-fleet-file.ts";
import { Report } from "./report.ts";
import { resolveService } from "./resolve-service.ts";
import { isPlainMap } from "./schema-kit.ts";
import { serviceEntries } from "./service-entries.ts";
import { finishVendor } from "./vendors/finish-vendor.ts";
import { readVendorFiles } from "./vendors/read-vendor-files.ts";
import { WorkspacePackages } from "./workspace/workspace-packages.ts";

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
  /** Variables of the environment that it depends on, sorted: those that the files of `vendors_from` use. */
  variables: string[];
}

/**
 * Reads and checks all files of the fleet at `root`. Whatever stands in them, mistakes are diagnostics, and all of them
 * are found in one go; nothing a user can do makes it throw. `env` is what variables in the files of `vendors_from` mean.
 */
export function loadFleet(root: string, env: Readonly<Record<string, string | undefined>> = process.env): LoadedFleet {
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
  const asked = new Set<string>();
  const foreign = readVendorFiles(fleet.vendorsFrom, {
    root: realRoot,
    env,
    asked,
    services: drafts.map((draft) => draft.name),
    supervise: fleet.supervise,
    envFiles,
    report,
  });
  const parts = [...fleet.parts, ...foreign.parts];
  const oneshots = new Set([
    ...drafts.filter((d) => isPlainMap(d.value) && d.value.oneshot === true).map((d) => d.name),
    ...parts.filter((vendor) => vendor.spec.oneshot).map((vendor) => vendor.spec.name),
  ]);
  const units = {
    services: new Set(drafts.map((draft) => draft.name)),
    vendors: new Set([...fleet.vendors, ...foreign.names].map((vendor) => vendor.name)),
    oneshots,
    isIncomplete: discovery.isIncomplete || fleet.isIncomplete || foreign.isIncomplete,
  };
  checkNames(drafts, { own: fleet.vendors, fromElsewhere: foreign.names }, realRoot, report);
  const dependencies = foreign.parts.flatMap((vendor) => vendor.dependencies);
  checkDependencies([...draftDependencies(drafts, fleet.source), ...dependencies], units, report);
  checkVariables(parts, report);
  if (fleet.source !== null) checkProfiles(fleet.source, units, Object.keys(foreign.profiles), report);
  const packageFiles = new Set<string>();
  const packages = new WorkspacePackages(realRoot, packageFiles);
  const context = { supervise: fleet.supervise, oneshots, envFiles, packageFiles, packages, report };
  const services = drafts.flatMap((draft) => resolveService(draft, context) ?? []);
  const vendors = parts.map((vendor) => finishVendor(vendor, oneshots));
  checkPorts(
    [...vendors, ...services].flatMap((unit) => unit.claims),
    realRoot,
    report,
  );

  const diagnostics = report.sorted();
  const specs = services.map((service) => service.spec);
  const spec: FleetSpec | null = hasErrors(diagnostics)
    ? null
    : {
        id: fleetIdOf(realRoot),
        root: realRoot,
        name: basename(realRoot) === "" ? "root" : basename(realRoot),
        ...fleet.settings,
        profiles: { ...foreign.profiles, ...fleet.settings.profiles },
        vendors: vendors.map((vendor) => vendor.spec),
        services: specs.sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name)),
      };
  const ownFiles = [file, ...discovery.files, ...(entries?.folders ?? [])];
  const files = new Set([...ownFiles, ...envFiles.files, ...packageFiles, ...foreign.files]);
  return { spec, diagnostics, files: [...files].sort(), variables: [...asked].sort() };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
