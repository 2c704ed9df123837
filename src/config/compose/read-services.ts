import { describe, isPlainMap } from "../schema-kit.ts";
import { isServiceName, toServiceName } from "../service-name.ts";
import type { ForeignContext, ForeignVendors } from "../vendors/foreign-vendors.ts";
import type { VendorParts } from "../vendors/vendor-parts.ts";
import type { Path, YamlSource } from "../yaml-source.ts";
import { awaitedEnds } from "./compose-dependencies.ts";
import { composeVariables, interpolateValue } from "./compose-variables.ts";
import { type ComposeSurroundings, composeProfiles, composeVendor } from "./compose-vendor.ts";
import type { ForeignService, Setting } from "./setting.ts";

/** The services of a Compose file, or of one that says the same in other words. */
export interface ServicesFile {
  source: YamlSource;
  /** The key that has them. */
  key: string;
  /** A service's settings as they are written, each under Compose's name for it. */
  settingsOf: (value: Record<string, unknown>, path: Path) => Map<string, Setting>;
  /** Makes the settings, with their variables replaced, what they would be in Compose. */
  adapt: (name: string, settings: Map<string, Setting>) => Map<string, Setting>;
  /** Looks at a vendor once it is made. */
  check: (parts: VendorParts, service: ForeignService) => void;
}

/** Makes vendors of the services of a file; what has to be built first is left out, which is said. */
export function readServices(file: ServicesFile, context: ForeignContext): ForeignVendors {
  const { source, key, adapt, check } = file;
  const { report } = context;
  const found: ForeignVendors = { names: [], parts: [], profiles: Object.create(null) };
  const services = isPlainMap(source.value) ? (source.value[key] ?? null) : null;
  if (!isPlainMap(services)) {
    if (services === null) report.warning("no-services", "this file has no services", source.valueAt([]));
    else {
      const message = `"${key}" must be a map of keys and values, not ${describe(services)}`;
      report.error("wrong-type", message, source.valueAt([key]));
    }
    return found;
  }
  const written = new Map<string, Map<string, Setting>>();
  for (const [name, value] of Object.entries(services)) {
    const path = [key, name];
    const settings = settingsIn(name, value, path, file, context);
    if (settings !== null && isUsable(name, settings, path, source, context)) written.set(name, settings);
  }
  const surroundings: ComposeSurroundings = {
    ...context,
    lookUp: composeVariables(source.text.file, context),
    left: new Set(Object.keys(services).filter((name) => !written.has(name) && !context.services.includes(name))),
    oneshots: awaitedEnds(services),
  };
  for (const [name, settings] of written) {
    const path = [key, name];
    for (const [setting, { value, path: at }] of settings) {
      const replaced = interpolateValue(value, source, at, surroundings.lookUp, report);
      settings.set(setting, { value: replaced, path: at });
    }
    const service: ForeignService = { name, path, source, settings: adapt(name, settings) };
    found.names.push({ name, nameAt: () => source.keyAt(path) });
    const parts = composeVendor(service, surroundings);
    if (parts === null) continue;
    check(parts, service);
    found.parts.push(parts);
    for (const profile of composeProfiles(service, context)) addProfile(profile, service, found, context);
  }
  return found;
}

function settingsIn(
  name: string,
  value: unknown,
  path: Path,
  { source, key, settingsOf }: ServicesFile,
  { report }: ForeignContext,
): Map<string, Setting> | null {
  if (isPlainMap(value)) return settingsOf(value, path);
  const message = `"${key}.${name}" must be a map of keys and values, not ${describe(value)}`;
  report.error("wrong-type", message, source.valueAt(path));
  return null;
}

/** Settings under the names they have; what has no value is not given. */
export function plainSettings(value: Record<string, unknown>, path: Path): Map<string, Setting> {
  const given = Object.entries(value).filter(([, part]) => part !== null);
  return new Map(given.map(([key, part]) => [key, { value: part, path: [...path, key] }]));
}

/** True for what can become a vendor. */
function isUsable(
  name: string,
  settings: ReadonlyMap<string, Setting>,
  path: Path,
  source: YamlSource,
  { services, report }: ForeignContext,
): boolean {
  const build = settings.get("build");
  const hasImage = settings.has("image");
  if (build !== undefined) {
    const at = source.keyAt(build.path);
    if (services.includes(name)) {
      report.note("left-out", `"${name}" is a service of this fleet: what this file says of it does not count`, at);
      return false;
    }
    if (hasImage) report.warning("not-honoured", '"build" cannot be honoured: the image is used as it is', at);
    else {
      const hint = "give it an image, or make it a service of this fleet";
      report.warning("left-out", `"${name}" would have to be built, and is left out`, at, hint);
    }
    if (!hasImage) return false;
  }
  if (isServiceName(name)) return true;
  const hint = `write ${toServiceName(name)}`;
  report.error("bad-name", `"${name}" cannot be the name of a vendor`, source.keyAt(path), hint);
  return false;
}

function addProfile(profile: string, service: ForeignService, found: ForeignVendors, { report }: ForeignContext): void {
  const at = service.source.keyAt(service.settings.get("profiles")?.path ?? service.path);
  if (!isServiceName(profile)) {
    const hint = `write ${toServiceName(profile)}`;
    report.error("bad-name", `"${profile}" cannot be the name of a profile`, at, hint);
    return;
  }
  report.note("profile", `"${service.name}" is started when it is asked for, as by @${profile}`, at);
  found.profiles[profile] = [...(found.profiles[profile] ?? []), service.name];
}
