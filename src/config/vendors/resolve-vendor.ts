import { dirname } from "node:path";
import type { SupervisePolicy } from "../../model/service.ts";
import { asWritten } from "../as-written.ts";
import { defaultService } from "../default-service.ts";
import { dependenciesIn } from "../draft-dependencies.ts";
import type { EnvFiles } from "../env-files.ts";
import { readValue } from "../explain-issue.ts";
import { Report } from "../report.ts";
import { resolveProbe } from "../resolve-probe.ts";
import { resolveSupervise } from "../resolve-supervise.ts";
import { type VendorInput, vendorSchema } from "../vendor-schema.ts";
import type { Path, YamlSource } from "../yaml-source.ts";
import { resolveContainer } from "./resolve-container.ts";
import type { PlacedPort, ProbeReader, VendorParts } from "./vendor-parts.ts";

/** What a vendor takes from the fleet around it. */
export interface VendorContext {
  supervise: SupervisePolicy;
  envFiles: EnvFiles;
  report: Report;
}

/** The vendor at `path` of an orchestra.yml; null where nothing can be made of it, which is reported. */
export function resolveVendor(
  name: string,
  value: unknown,
  source: YamlSource,
  path: Path,
  { supervise, envFiles, report }: VendorContext,
): VendorParts | null {
  const read = readValue(vendorSchema, value ?? {}, source, path, report);
  if (read === null) return null;
  const { output: input, broken } = read;
  const { file } = source.text;
  const folder = dirname(file);
  const usual = defaultVendor(name, file);
  const at = (key: string, ...further: PropertyKey[]) => {
    const whole = [...path, key, ...further];
    return () => (typeof further.at(-1) === "string" ? source.keyAt(whole) : source.valueAt(whole));
  };
  const container = resolveContainer(input, at, folder, report);
  // What only looks wrong because of a mistake that is already reported is not worth a word.
  const probeReport = broken.has("ports") ? new Report() : report;
  const probe =
    (key: "ready" | "live"): ProbeReader =>
    (ports) => {
      const given = input[key];
      return given === undefined ? null : resolveProbe(given, ports, source, [...path, key], probeReport, "vendor");
    };
  return {
    nameAt: () => source.keyAt(path),
    spec: {
      ...usual,
      env: asWritten(input.env, source, [...path, "env"]),
      envFiles: envFiles.load(input.env_file ?? [], folder, source, [...path, "env_file"]),
      restart: input.restart ?? (input.oneshot === true ? "never" : usual.restart),
      supervise: resolveSupervise(input.supervise, supervise, source, [...path, "supervise"], report),
      stop: { signal: input.stop?.signal ?? null, graceMs: input.stop?.grace ?? usual.stop.graceMs },
      oneshot: input.oneshot ?? usual.oneshot,
      autostart: input.autostart ?? usual.autostart,
      onDependency: input.on_dependency ?? usual.onDependency,
      vendor: {
        optional: input.optional ?? false,
        keep: input.keep ?? false,
        variables: { ...input.variables },
      },
    },
    container: {
      ...container,
      image: input.image,
      user: container.user === null ? null : (source.writtenAt([...path, "user"]) ?? container.user),
    },
    ports: portsOf(input.ports ?? [], source, [...path, "ports"]),
    dependencies: dependenciesIn(name, value, source, path),
    ready: probe("ready"),
    live: probe("live"),
    variableAt: (variable) => source.keyAt([...path, "variables", variable]),
  };
}

/** A vendor about which a file says nothing but its image. Nothing is built, and no sources are followed. */
export function defaultVendor(name: string, file: string): VendorParts["spec"] {
  const folder = dirname(file);
  const { container: _, ...usual } = defaultService(name, folder, file);
  return {
    ...usual,
    watch: { ...usual.watch, paths: [] },
    rerun: { isOn: false, withTests: false },
    vendor: { optional: false, keep: false, variables: {} },
  };
}

function portsOf(given: NonNullable<VendorInput["ports"]>, source: YamlSource, path: Path): PlacedPort[] {
  if (Array.isArray(given)) {
    return given.flatMap((ports, i) => ports.map((port) => ({ port, at: () => source.valueAt([...path, i]) })));
  }
  return Object.entries(given).flatMap(([name, ports]) =>
    ports.map((port, i) => ({
      port: { ...port, name: i === 0 ? name : `${name}-${i + 1}` },
      at: () => source.valueAt([...path, name]),
    })),
  );
}
