import { suggest } from "../../lib/suggest.ts";
import { didYouMean, type Report } from "../report.ts";
import { isPlainMap } from "../schema-kit.ts";
import type { ForeignContext, ForeignVendors } from "../vendors/foreign-vendors.ts";
import type { VendorParts } from "../vendors/vendor-parts.ts";
import type { YamlSource } from "../yaml-source.ts";
import { plainSettings, readServices } from "./read-services.ts";
import type { ForeignService } from "./setting.ts";

/** Keys at the top of a Compose file, and why they cannot be honoured; null: they can, or they change nothing. */
const topKeys: Readonly<Record<string, string | null>> = {
  version: null,
  name: null,
  services: null,
  volumes: null,
  networks: "a fleet has one network, on which each vendor has its own name",
  configs: "write a volume with the file instead",
  secrets: "write a volume with the file instead",
  include: "name that file in vendors_from too",
  models: "they are not for vendors",
};

/** Reads the services of a Compose file. What cannot be honoured is named, and so is every mistake. */
export function readCompose(source: YamlSource, context: ForeignContext): ForeignVendors {
  const { report } = context;
  const value = isPlainMap(source.value) ? source.value : {};
  reportTopKeys(value, topKeys, source, report);
  const declared = isPlainMap(value.volumes) ? value.volumes : {};
  return readServices(
    {
      source,
      key: "services",
      settingsOf: plainSettings,
      adapt: (_name, settings) => settings,
      check: (parts, service) => checkVolumes(parts, service, declared, report),
    },
    context,
  );
}

/** Reports keys of a file that cannot be honoured (those with a reason), and those that no such file has. */
export function reportTopKeys(
  value: Record<string, unknown>,
  known: Readonly<Record<string, string | null>>,
  source: YamlSource,
  report: Report,
): void {
  for (const key of Object.keys(value)) {
    if (key.startsWith("x-") || (value[key] ?? null) === null) continue;
    const reason = Object.hasOwn(known, key) ? known[key] : undefined;
    if (reason === undefined) {
      const hint = didYouMean(suggest(key, Object.keys(known)));
      report.error("unknown-key", `unknown key "${key}"`, source.keyAt([key]), hint);
    } else if (reason !== null) {
      report.warning("not-honoured", `"${key}" cannot be honoured: ${reason}`, source.keyAt([key]));
    }
  }
}

/** A named volume has to be declared. One that exists outside of the file is taken by the name that it has there. */
function checkVolumes(
  { container }: VendorParts,
  { source, settings, path }: ForeignService,
  declared: Record<string, unknown>,
  report: Report,
): void {
  const given = settings.get("volumes");
  const entries: unknown[] = Array.isArray(given?.value) ? given.value : [];
  for (const mount of container.mounts) {
    if (mount.kind !== "volume") continue;
    const { name } = mount;
    if (!Object.hasOwn(declared, name)) {
      const index = entries.findIndex((entry) => namesVolume(entry, name));
      const at = source.valueAt(given === undefined || index === -1 ? path : [...given.path, index]);
      const hint = didYouMean(suggest(name, Object.keys(declared))) ?? `declare it: volumes: {${name}: }`;
      report.error("unknown-volume", `no volume is called "${name}"`, at, hint);
      continue;
    }
    const volume = declared[name];
    const isExternal = isPlainMap(volume) && volume.external === true;
    if (isExternal) {
      mount.isExternal = true;
      if (typeof volume.name === "string" && volume.name !== "") mount.name = volume.name;
    }
    for (const key of isPlainMap(volume) ? Object.keys(volume) : []) {
      if (key.startsWith("x-") || key === "labels" || key === "external" || (isExternal && key === "name")) continue;
      const message = `"${key}" cannot be honoured: the fleet has a volume "${name}" of its own`;
      report.warning("not-honoured", message, source.keyAt(["volumes", name, key]));
    }
  }
}

function namesVolume(entry: unknown, name: string): boolean {
  return isPlainMap(entry) ? entry.source === name || entry.src === name : String(entry).startsWith(`${name}:`);
}
