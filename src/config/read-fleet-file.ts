import { dirname } from "node:path";
import type { CommandSection } from "../model/fleet.ts";
import type { SupervisePolicy } from "../model/service.ts";
import { asWritten } from "./as-written.ts";
import type { NamedDraft } from "./check-names.ts";
import { defaultFleetSettings, type FleetSettings } from "./default-fleet-settings.ts";
import type { EnvFiles } from "./env-files.ts";
import { readValue } from "./explain-issue.ts";
import { type FleetInput, fleetSchema, formerVerbs, type SectionInput, sectionVerbs } from "./fleet-schema.ts";
import { readSource } from "./read-source.ts";
import type { Report } from "./report.ts";
import { defaultSupervise, resolveSupervise } from "./resolve-supervise.ts";
import { isPlainMap } from "./schema-kit.ts";
import { isServiceName, toServiceName } from "./service-name.ts";
import { SourceText } from "./source-text.ts";
import { resolveVendor, type VendorContext } from "./vendors/resolve-vendor.ts";
import type { VendorParts } from "./vendors/vendor-parts.ts";
import { type LazyLocation, parseYaml, type YamlSource } from "./yaml-source.ts";

/** What orchestra.yml says about the fleet as a whole; its services are read by others. */
export interface FleetFile {
  isAbsent: boolean;
  /** Null where there is no such file, or none that can be made sense of. */
  source: YamlSource | null;
  /** True where there are names in it, or in what it points to, that nobody could read. */
  isIncomplete: boolean;
  /** Every vendor of `vendors:`, also those of which nothing can be made. */
  vendors: NamedDraft[];
  parts: VendorParts[];
  /** Files that `vendors_from:` names, as written, and where. */
  vendorsFrom: { file: string; at: LazyLocation }[];
  supervise: SupervisePolicy;
  settings: FleetSettings & { name?: string };
}

const nothing: Omit<FleetFile, "isAbsent" | "isIncomplete"> = {
  source: null,
  vendors: [],
  parts: [],
  vendorsFrom: [],
  supervise: defaultSupervise,
  settings: defaultFleetSettings,
};

/** Reads and checks the orchestra.yml at `file`, apart from its services. Mistakes are reported. */
export function readFleetFile(file: string, envFiles: EnvFiles, report: Report): FleetFile {
  const reading = readSource(file);
  if (reading.kind === "absent") return { ...nothing, isAbsent: true, isIncomplete: false };
  if (reading.kind === "unreadable") {
    report.error("unreadable", `this file ${reading.problem}`, new SourceText(file, "").locate(0, 1), reading.hint);
    return { ...nothing, isAbsent: false, isIncomplete: true };
  }
  const source = parseYaml(reading.source, report);
  if (source === null) return { ...nothing, isAbsent: false, isIncomplete: true };
  const input = readValue(fleetSchema, withoutUnits(source.value), source, [], report)?.output;
  const vendors = vendorDrafts(source, report);
  noteFormerCommands(source, report);
  const supervise = resolveSupervise(input?.supervise, defaultSupervise, source, ["supervise"], report);
  const read = {
    ...nothing,
    isAbsent: false,
    isIncomplete: false,
    source,
    vendors,
    parts: vendorParts(source, { supervise, envFiles, report }),
    supervise,
  };
  if (input === undefined) return read;
  return { ...read, vendorsFrom: vendorsFromOf(input, source), settings: settingsOf(input, source, envFiles) };
}

/** Each service and vendor is checked by itself, so that a mistake in one hides no mistake in another. */
function withoutUnits(value: unknown): unknown {
  if (!isPlainMap(value)) return value ?? {};
  const isOfUnits = (key: string) => (key === "services" || key === "vendors") && isPlainMap(value[key]);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isOfUnits(key)));
}

function vendorsFromOf(input: FleetInput, source: YamlSource): FleetFile["vendorsFrom"] {
  const isList = isPlainMap(source.value) && Array.isArray(source.value.vendors_from);
  return (input.vendors_from ?? []).map((file, i) => ({
    file,
    at: () => source.valueAt(isList ? ["vendors_from", i] : ["vendors_from"]),
  }));
}

function settingsOf(input: FleetInput, source: YamlSource, envFiles: EnvFiles): FleetFile["settings"] {
  return {
    ...(input.name === undefined ? {} : { name: input.name }),
    env: asWritten(input.env, source, ["env"]),
    envFiles: envFiles.load(input.env_file ?? [], dirname(source.text.file), source, ["env_file"]),
    before: input.before ?? [],
    after: input.after ?? [],
    commands: commandsOf(input, source),
    rerun: input.rerun ?? null,
    strays: input.strays ?? defaultFleetSettings.strays,
    logs: {
      keepMs: input.logs?.keep ?? defaultFleetSettings.logs.keepMs,
      maxSizeBytes: input.logs?.max_size ?? defaultFleetSettings.logs.maxSizeBytes,
    },
    profiles: input.profiles ?? {},
    vendors: [],
  };
}

function commandsOf(input: FleetInput, source: YamlSource): Record<string, CommandSection> {
  const commands: Record<string, CommandSection> = {};
  for (const verb of [...sectionVerbs, "logs"] as const) {
    const section: SectionInput | undefined = input[verb];
    if (section === undefined) continue;
    const { before = [], after = [] } = section;
    commands[verb] = { env: asWritten(section.env, source, [verb, "env"]), before, after };
  }
  return commands;
}

function vendorParts(source: YamlSource, context: VendorContext): VendorParts[] {
  const vendors = isPlainMap(source.value) ? source.value.vendors : null;
  if (!isPlainMap(vendors)) return [];
  return Object.entries(vendors).flatMap(
    ([name, value]) => resolveVendor(name, value, source, ["vendors", name], context) ?? [],
  );
}

function vendorDrafts(source: YamlSource, report: Report): NamedDraft[] {
  const vendors = isPlainMap(source.value) ? source.value.vendors : null;
  if (!isPlainMap(vendors)) return [];
  return Object.keys(vendors).map((name) => {
    const nameAt = () => source.keyAt(["vendors", name]);
    if (!isServiceName(name)) {
      report.error("bad-name", `"${name}" cannot be the name of a vendor`, nameAt(), `write ${toServiceName(name)}`);
    }
    return { name, nameAt };
  });
}

function noteFormerCommands(source: YamlSource, report: Report): void {
  if (!isPlainMap(source.value)) return;
  const { value } = source;
  for (const verb of formerVerbs) {
    if (!(verb in value)) continue;
    report.note(
      "former-command",
      `"${verb}" is a command of an earlier Orchestra; this section is never used`,
      source.keyAt([verb]),
    );
  }
}
