import { dirname } from "node:path";
import type { StopSpec } from "../../model/service.ts";
import { containerShape, imageSchema } from "../container-schema.ts";
import { signal } from "../signal-schema.ts";
import type { ForeignContext } from "../vendors/foreign-vendors.ts";
import { type ContainerInput, resolveContainer } from "../vendors/resolve-container.ts";
import { defaultVendor } from "../vendors/resolve-vendor.ts";
import type { VendorParts } from "../vendors/vendor-parts.ts";
import { composeDependencies } from "./compose-dependencies.ts";
import { composeEnvFiles, composeEnvironment } from "./compose-environment.ts";
import { composeProbe } from "./compose-probe.ts";
import { composePorts, composePull, composeRestart, looseDuration, looseFlag, words } from "./compose-schema.ts";
import type { LookUp } from "./compose-variables.ts";
import { type ForeignService, readSetting } from "./setting.ts";
import { reportUnhonoured } from "./unhonoured.ts";

/** What of its file a service has to know. */
export interface ComposeSurroundings extends ForeignContext {
  lookUp: LookUp;
  /** Services of the file that are left out. */
  left: ReadonlySet<string>;
  /** Services for whose end others wait. */
  oneshots: ReadonlySet<string>;
}

/** The vendor that a service of a Compose file describes; null where it has no image that can be used, which is reported. */
export function composeVendor(service: ForeignService, surroundings: ComposeSurroundings): VendorParts | null {
  const { envFiles, report, lookUp, left, oneshots } = surroundings;
  const { name, source, path, settings } = service;
  const { file } = source.text;
  reportUnhonoured(service, report);
  const read: Read = (key, schema) => readSetting(service, key, schema, report);
  const image = read("image", imageSchema);
  if (image === undefined && !settings.has("image")) {
    const hint = settings.has("extends") ? "write out the image of what it extends" : "write image: NAME:TAG";
    report.error("missing-key", `"${name}" has no image`, source.keyAt(path), hint);
  }
  const usual = defaultVendor(name, file);
  const isOneshot = oneshots.has(name);
  const restart = read("restart", composeRestart);
  const attempts = restart?.attempts ?? null;
  const { dependencies, followsRestarts } = composeDependencies(service, left, report);
  const at = (key: string, ...further: PropertyKey[]) => {
    const whole = [...(settings.get(key)?.path ?? path), ...further];
    return () => (typeof further.at(-1) === "string" ? source.keyAt(whole) : source.valueAt(whole));
  };
  const container = resolveContainer(containerOf(read), at, dirname(file), report);
  const userPath = settings.get("user")?.path ?? path;
  const ports = read("ports", composePorts) ?? [];
  const parts: VendorParts = {
    nameAt: () => source.keyAt(path),
    spec: {
      ...usual,
      env: composeEnvironment(service, lookUp, report),
      envFiles: composeEnvFiles(service, envFiles, report),
      // Compose restarts nothing unless told so: what ended well is not started again, what crashed is looked after.
      restart: isOneshot ? "never" : (restart?.mode ?? "on-failure"),
      supervise: { ...surroundings.supervise, ...(attempts === null ? {} : { maxFailures: attempts + 1 }) },
      stop: stopOf(read, usual.stop),
      oneshot: isOneshot,
      autostart: !settings.has("profiles"),
      onDependency: followsRestarts ? "restart" : usual.onDependency,
    },
    container: {
      ...container,
      image: image ?? "",
      user: container.user === null ? null : (source.writtenAt(userPath) ?? container.user),
    },
    ports: ports.flatMap((entry, i) => entry.map((port) => ({ port, at: at("ports", i) }))),
    dependencies,
    ready: composeProbe(service, report),
    live: () => null,
    variableAt: () => source.keyAt(path),
  };
  return image === undefined ? null : parts;
}

/** The profiles that a service is part of. */
export function composeProfiles(service: ForeignService, { report }: ForeignContext): string[] {
  return readSetting(service, "profiles", words, report) ?? [];
}

type Read = <Schema extends Parameters<typeof readSetting>[2]>(
  key: string,
  schema: Schema,
) => ReturnType<typeof readSetting<Schema>>;

function containerOf(read: Read): ContainerInput {
  const given = {
    pull: read("pull_policy", composePull),
    command: read("command", containerShape.command),
    entrypoint: read("entrypoint", containerShape.entrypoint),
    volumes: read("volumes", containerShape.volumes),
    tmpfs: read("tmpfs", containerShape.tmpfs),
    user: read("user", containerShape.user),
    shm_size: read("shm_size", containerShape.shm_size),
    ulimits: read("ulimits", containerShape.ulimits),
    init: read("init", looseFlag),
    labels: read("labels", containerShape.labels),
  };
  return given;
}

function stopOf(read: Read, usual: StopSpec): StopSpec {
  return {
    signal: read("stop_signal", signal("")) ?? null,
    graceMs: read("stop_grace_period", looseDuration) ?? usual.graceMs,
  };
}
