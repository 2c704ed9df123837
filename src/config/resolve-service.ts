import { resolve } from "node:path";
import type { Dependency, ServiceSpec, SupervisePolicy } from "../model/service.ts";
import { asWritten } from "./as-written.ts";
import type { PortClaim } from "./check-ports.ts";
import { defaultService } from "./default-service.ts";
import type { EnvFiles } from "./env-files.ts";
import { type ReadValue, readValue } from "./explain-issue.ts";
import { Report } from "./report.ts";
import { resolveBuild } from "./resolve-build.ts";
import { resolvePorts } from "./resolve-ports.ts";
import { resolveProbe } from "./resolve-probe.ts";
import { resolveSupervise } from "./resolve-supervise.ts";
import { isImageAlone, serviceContainer } from "./service-container.ts";
import type { ServiceDraft } from "./service-draft.ts";
import { type ServiceInput, serviceEntrySchema, serviceSchema } from "./service-schema.ts";
import type { WorkspacePackages } from "./workspace/workspace-packages.ts";

/** What a service takes from the fleet around it. */
export interface FleetContext {
  supervise: SupervisePolicy;
  oneshots: ReadonlySet<string>;
  envFiles: EnvFiles;
  /** Gets every package.json and lock file that was read, or would matter if it appeared. */
  packageFiles: Set<string>;
  packages: WorkspacePackages;
  report: Report;
}

/** A service with every default filled in, and the ports it claims. */
export interface ResolvedService {
  spec: ServiceSpec;
  claims: PortClaim[];
}

/** Checks a service's settings and fills in the defaults; null where they are not as they must be, which is reported. */
export function resolveService(draft: ServiceDraft, context: FleetContext): ResolvedService | null {
  const { source, path, name, dir } = draft;
  const { report } = context;
  if (source === null) return null;
  const schema = path.length === 0 ? serviceSchema : serviceEntrySchema;
  const read: ReadValue<ServiceInput> | null = readValue(schema, draft.value ?? {}, source, path, report);
  if (read === null) return null;
  const { output: input, broken } = read;
  // What only looks wrong because of a mistake that is already reported is not worth a word.
  const probeReport = broken.has("port") || broken.has("ports") ? new Report() : report;
  const buildReport = broken.size > 0 ? new Report() : report;
  const { ports, claims } = resolvePorts(name, input, source, path, report);
  const probe = (key: "ready" | "live") => {
    const given = input[key];
    return given === undefined ? null : resolveProbe(given, ports, source, [...path, key], probeReport);
  };
  const usual = defaultService(name, dir, draft.file);
  const isOneshot = input.oneshot ?? usual.oneshot;
  const { packageEnv, ...built } = resolveBuild(input, dir, source, path, context.packageFiles, buildReport);
  const spec: ServiceSpec = {
    ...usual,
    ...built,
    acceptance: input.acceptance ?? usual.acceptance,
    env: asWritten(input.env, source, [...path, "env"]),
    envFiles: [
      ...(packageEnv === null ? [] : [packageEnv]),
      ...context.envFiles.load(input.env_file ?? [], dir, source, [...path, "env_file"]),
    ],
    ports,
    scale: input.scale ?? usual.scale,
    dependsOn: dependenciesOf(input, context.oneshots),
    ready: probe("ready"),
    live: probe("live"),
    // A clean end of a one-shot is what it is for; one that failed is shown, not repeated, since what it did half may not
    // bear a second try.
    restart: input.restart ?? (isOneshot ? "never" : usual.restart),
    supervise: resolveSupervise(input.supervise, context.supervise, source, [...path, "supervise"], report),
    stop: { signal: input.stop?.signal ?? usual.stop.signal, graceMs: input.stop?.grace ?? usual.stop.graceMs },
    watch: {
      paths: input.watch?.paths?.map((p) => resolve(dir, p)) ?? usual.watch.paths,
      packages: built.build.kind === "go" || isImageAlone(input) ? [] : context.packages.of(dir),
      ignore: input.watch?.ignore ?? usual.watch.ignore,
      debounceMs: input.watch?.debounce ?? usual.watch.debounceMs,
    },
    oneshot: isOneshot,
    autostart: input.autostart ?? usual.autostart,
    rerun: input.rerun ?? usual.rerun,
    onDependency: input.on_dependency ?? usual.onDependency,
    detachedChildren: input.detached_children ?? usual.detachedChildren,
    splitStderr: input.split_stderr ?? usual.splitStderr,
    container: serviceContainer(input, dir, source, path, buildReport),
  };
  return { spec, claims };
}

function dependenciesOf(input: ServiceInput, oneshots: ReadonlySet<string>): Dependency[] {
  const given = input.depends_on ?? [];
  if (!Array.isArray(given)) return Object.entries(given).map(([name, condition]) => ({ name, condition }));
  return [...new Set(given)].map((name) => ({ name, condition: oneshots.has(name) ? "completed" : "ready" }));
}
