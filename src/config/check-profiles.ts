import { type KnownUnits, reportUnknownName } from "./check-dependencies.ts";
import type { Report } from "./report.ts";
import { isPlainMap } from "./schema-kit.ts";
import { isServiceName, toServiceName } from "./service-name.ts";
import type { YamlSource } from "./yaml-source.ts";

/**
 * Reports profiles of a name that `@name` could not say, and names in them that nothing has; and those that another file
 * has too, of the names in `elsewhere`.
 */
export function checkProfiles(
  fleet: YamlSource,
  units: KnownUnits,
  elsewhere: readonly string[],
  report: Report,
): void {
  const profiles = isPlainMap(fleet.value) ? fleet.value.profiles : null;
  if (!isPlainMap(profiles)) return;
  for (const [profile, given] of Object.entries(profiles)) {
    const path = ["profiles", profile];
    if (!isServiceName(profile)) {
      report.error(
        "bad-name",
        `"${profile}" cannot be the name of a profile`,
        fleet.keyAt(path),
        `write ${toServiceName(profile)}`,
      );
    }
    if (elsewhere.includes(profile)) {
      const message = `the profile "${profile}" is what stands here, not what a file of vendors_from says`;
      report.note("profile", message, fleet.keyAt(path));
    }
    const names: unknown[] = Array.isArray(given) ? given : [given];
    for (const [i, name] of names.entries()) {
      if (typeof name !== "string" || units.services.has(name) || units.vendors.has(name)) continue;
      reportUnknownName(name, fleet.valueAt(Array.isArray(given) ? [...path, i] : path), units, report);
    }
  }
}
