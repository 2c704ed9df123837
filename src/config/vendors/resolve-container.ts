import type * as z from "zod/mini";
import { suggest } from "../../lib/suggest.ts";
import type { ContainerSpec, MountSpec } from "../../model/container.ts";
import type { containerShape, labelsSchema } from "../container-schema.ts";
import { didYouMean, type Report } from "../report.ts";
import type { LazyLocation } from "../yaml-source.ts";
import { type MountDraft, placeMount } from "./mount.ts";

/** What a file says of a container, checked value by value. */
export type ContainerInput = { [Key in keyof typeof containerShape]?: z.output<(typeof containerShape)[Key]> };

/** Where in a file the settings of a container stand, by their names here. */
export type SettingPlaces = (key: keyof ContainerInput, ...further: PropertyKey[]) => LazyLocation;

/** Limits that Linux has, as Docker calls them. */
const ulimitNames = [
  ..."core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(" "),
];

/** The container that `input` describes; relative paths are meant from `folder`. */
export function resolveContainer(
  input: ContainerInput,
  at: SettingPlaces,
  folder: string,
  report: Report,
): Omit<ContainerSpec, "image" | "inside"> {
  for (const name of Object.keys(input.ulimits ?? {})) {
    if (ulimitNames.includes(name)) continue;
    const hint = didYouMean(suggest(name, ulimitNames)) ?? `known are: ${ulimitNames.join(", ")}`;
    report.error("unknown-key", `there is no limit called "${name}"`, at("ulimits", name)(), hint);
  }
  return {
    pull: input.pull ?? "missing",
    command: input.command ?? null,
    entrypoint: input.entrypoint ?? null,
    mounts: mountsOf(input, at, folder, report),
    user: input.user ?? null,
    shmBytes: input.shm_size ?? null,
    ulimits: { ...input.ulimits },
    init: input.init ?? false,
    labels: labelsOf(input.labels ?? {}),
  };
}

/** Labels as a map; of a list, `name` alone has an empty value. */
function labelsOf(given: z.output<typeof labelsSchema>): Record<string, string> {
  const entries = Array.isArray(given)
    ? given.map((entry) => entry.split(/=(.*)/s, 2) as [string, string?])
    : Object.entries(given);
  return Object.fromEntries(entries.map(([name, value]) => [name, value === undefined ? "" : String(value ?? "")]));
}

function mountsOf(input: ContainerInput, at: SettingPlaces, folder: string, report: Report): MountSpec[] {
  const placed = (["volumes", "tmpfs"] as const).flatMap((key) =>
    (input[key] ?? []).map((draft: MountDraft, i: number) => ({ ...draft, place: at(key, i) })),
  );
  const byTarget = new Map<string, MountSpec>();
  for (const { mount, ignored, place } of placed) {
    for (const option of ignored) report.warning("no-effect", `"${option}" changes nothing about this mount`, place());
    if (byTarget.has(mount.target)) {
      const hint = "keep one of them";
      report.error("duplicate-mount", `something else is mounted at ${mount.target} already`, place(), hint);
    } else byTarget.set(mount.target, placeMount(mount, folder));
  }
  return [...byTarget.values()];
}
