import { resolve } from "node:path";
import type { InspectedPlace } from "../../model/inspection.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { WatchedDirectory, WatchPlan } from "./watch-plan.ts";

/** The places of a plan of `service`, each once, with how they got into it: its own folder first, then in their order. Pure. */
export function watchedPlacesOf(service: Pick<ServiceSpec, "dir" | "watch">, plan: WatchPlan): InspectedPlace[] {
  const named = new Set(service.watch.paths.map((path) => resolve(path)));
  const packages = new Set(service.watch.packages);
  const because = ({ dir, filter, gitignore }: WatchedDirectory): InspectedPlace["because"] => {
    // Before the first build, a folder's Go files stand for what go would list.
    if (filter === "go-tree") return "folder";
    // Only what is named heeds .gitignore: what go lists is a part of the program, whoever ignores it.
    if (packages.has(dir) && !named.has(dir)) return "package.json";
    if (!gitignore || !named.has(dir)) return "go list";
    return dir === service.dir ? "folder" : "watch.paths";
  };
  const places = new Map<string, InspectedPlace>();
  for (const directory of plan.directories) {
    const { dir, recursive } = directory;
    const known = places.get(dir);
    if (known === undefined) places.set(dir, { path: dir, isTree: recursive, because: because(directory) });
    else if (recursive) known.isTree = true;
  }
  for (const path of plan.files) places.set(path, { path, isTree: false, because: "go list" });
  return [...places.values()].sort((a, b) => Number(b.path === service.dir) - Number(a.path === service.dir));
}
