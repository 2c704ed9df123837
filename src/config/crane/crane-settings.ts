import { plainSettings } from "../compose/read-services.ts";
import type { Setting } from "../compose/setting.ts";
import { isPlainMap } from "../schema-kit.ts";
import type { Path } from "../yaml-source.ts";

/** Compose's names for what crane calls otherwise; any other key is the same with _ for -. */
const composeNames: ReadonlyMap<string, string> = new Map([
  ["requires", "depends_on"],
  ["env", "environment"],
  ["publish", "ports"],
  ["volume", "volumes"],
  ["cmd", "command"],
  ["label", "labels"],
  ["link", "links"],
  ["ulimit", "ulimits"],
  ["net", "network_mode"],
  ["workdir", "working_dir"],
  ["interactive", "stdin_open"],
  ["device", "devices"],
  ["add-host", "extra_hosts"],
  ["stop-timeout", "stop_grace_period"],
  ["dockerfile", "build"],
]);

/** Sections of older files; what stands in them is about the container too. */
const sections = ["docker", "create", "run"];

/** How crane's own command line behaves, which is nothing that a container has. */
const silent = new Set([
  "detach",
  "detach-keys",
  "rm",
  "sig-proxy",
  "cidfile",
  "start",
  "exec",
  "logs",
  "stats",
  "unique",
]);

/** A container's settings, wherever crane has them. What a container says itself wins over what a section of it says. */
export function craneSettings(value: Record<string, unknown>, path: Path): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const add = (from: Record<string, unknown>, at: Path) => {
    for (const [key, setting] of plainSettings(from, at)) {
      if (silent.has(key) || (sections.includes(key) && isPlainMap(setting.value))) continue;
      settings.set(composeNames.get(key) ?? key.replaceAll("-", "_"), setting);
    }
  };
  for (const section of sections) {
    const part = value[section];
    if (isPlainMap(part)) add(part, [...path, section]);
  }
  add(value, path);
  return settings;
}

/** Makes crane's settings of the container `name` what Compose would have; `volumes` are those that the file declares. */
export function asCompose(
  name: string,
  settings: ReadonlyMap<string, Setting>,
  volumes: ReadonlySet<string>,
): Map<string, Setting> {
  const adapted = new Map(settings);
  if (!adapted.has("image")) adapted.set("image", { value: name, path: [] });
  const change = (key: string, by: (value: unknown) => unknown) => {
    const setting = adapted.get(key);
    if (setting !== undefined) adapted.set(key, { ...setting, value: by(setting.value) });
  };
  change("ulimits", ulimitsOf);
  change("volumes", (value) => (Array.isArray(value) ? value.map((entry) => asVolume(entry, volumes)) : value));
  gatherHealth(adapted);
  return adapted;
}

/** What is no volume of the file is a folder beside it. */
function asVolume(entry: unknown, volumes: ReadonlySet<string>): unknown {
  if (typeof entry !== "string" || !entry.includes(":") || /^[./~]/.test(entry)) return entry;
  return volumes.has(entry.slice(0, entry.indexOf(":"))) ? entry : `./${entry}`;
}

/** `["nofile=1024:2048"]` as a map. */
function ulimitsOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map((entry: unknown) => {
      const [name = "", limits = ""] = String(entry).split("=");
      const [soft = "", hard = soft] = limits.split(":");
      return [name, { soft: soft === "" ? null : soft, hard: hard === "" ? null : hard }];
    }),
  );
}

const healthKeys: Readonly<Record<string, string>> = {
  health_cmd: "test",
  health_interval: "interval",
  health_timeout: "timeout",
  health_timeouts: "timeout",
  health_retries: "retries",
};

/** Makes one `healthcheck` of crane's several keys. */
function gatherHealth(settings: Map<string, Setting>): void {
  const given = settings.get("healthcheck");
  const check: Record<string, unknown> = isPlainMap(given?.value) ? { ...given.value } : {};
  let place = given?.path ?? null;
  for (const [key, part] of Object.entries(healthKeys)) {
    const setting = settings.get(key);
    if (setting === undefined) continue;
    check[part] = setting.value;
    place ??= setting.path;
    settings.delete(key);
  }
  if (place !== null && (given === undefined || isPlainMap(given.value))) {
    settings.set("healthcheck", { value: check, path: place });
  }
}
