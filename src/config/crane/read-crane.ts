import { suggest } from "../../lib/suggest.ts";
import { reportTopKeys } from "../compose/read-compose.ts";
import { readServices } from "../compose/read-services.ts";
import { didYouMean } from "../report.ts";
import { describe, isPlainMap } from "../schema-kit.ts";
import { isServiceName, toServiceName } from "../service-name.ts";
import type { ForeignContext, ForeignVendors } from "../vendors/foreign-vendors.ts";
import type { YamlSource } from "../yaml-source.ts";
import { asCompose, craneSettings } from "./crane-settings.ts";

/** Keys at the top of a crane file, and why they cannot be honoured; null: they can, or they change nothing. */
const topKeys: Readonly<Record<string, string | null>> = {
  version: null,
  prefix: null,
  services: null,
  containers: null,
  volumes: null,
  groups: null,
  networks: "a fleet has one network, on which each vendor has its own name",
  hooks: "before and after in orchestra.yml are for that",
  commands: "they are not for vendors",
  "accelerated-mounts": "folders are mounted as they are",
  "mac-syncs": "folders are mounted as they are",
};

/** The group of what is started where nothing is named. */
const defaultGroup = "default";

/** Reads the `services` (or, in older files, `containers`) and `groups` of a crane file. */
export function readCrane(source: YamlSource, context: ForeignContext): ForeignVendors {
  const { report } = context;
  const value = isPlainMap(source.value) ? source.value : {};
  reportTopKeys(value, topKeys, source, report);
  const volumes = new Set(isPlainMap(value.volumes) ? Object.keys(value.volumes) : []);
  const key = isPlainMap(value.containers) && value.services === undefined ? "containers" : "services";
  const found = readServices(
    {
      source,
      key,
      settingsOf: craneSettings,
      adapt: (name, settings) => asCompose(name, settings, volumes),
      check: () => {},
    },
    context,
  );
  const units = isPlainMap(value[key]) ? Object.keys(value[key]) : [];
  const groups = isPlainMap(value.groups) ? value.groups : {};
  for (const [group, members] of Object.entries(groups)) addGroup(group, members, units, found, source, context);
  startDefaults(found);
  return found;
}

function addGroup(
  group: string,
  members: unknown,
  units: readonly string[],
  found: ForeignVendors,
  source: YamlSource,
  { services, report }: ForeignContext,
): void {
  const path = ["groups", group];
  if (!Array.isArray(members)) {
    const message = `"groups.${group}" must be a list of names, not ${describe(members)}`;
    report.error("wrong-type", message, source.valueAt(path));
    return;
  }
  if (!isServiceName(group)) {
    const hint = `write ${toServiceName(group)}`;
    report.error("bad-name", `"${group}" cannot be the name of a profile`, source.keyAt(path), hint);
    return;
  }
  const known = members.filter((member: unknown, i): member is string => {
    const name = String(member);
    if (found.names.some((vendor) => vendor.name === name) || services.includes(name)) return true;
    if (!units.includes(name)) {
      const hint = didYouMean(suggest(name, units));
      report.error("unknown-service", `nothing in this file is called "${name}"`, source.valueAt([...path, i]), hint);
    }
    return false;
  });
  found.profiles[group] = known;
  const isDefault = group === defaultGroup;
  const message = isDefault
    ? "what is not in this group is started when it is asked for, or needed"
    : `the group "${group}" is the profile @${group}`;
  report.note("profile", message, source.keyAt(path));
}

/** Where there is a group of that name, it alone is started with the fleet. */
function startDefaults({ parts, profiles }: ForeignVendors): void {
  const started = profiles[defaultGroup];
  if (started === undefined) return;
  for (const { spec } of parts) spec.autostart = started.includes(spec.name);
}
