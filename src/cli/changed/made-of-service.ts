import { realpathSync } from "node:fs";
import { join } from "node:path";
import { GitignoreFiles } from "../../engine/watch/ignore-tree.ts";
import { partsOf } from "../../engine/watch/watch-part.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { MadeOf } from "./affected-services.ts";
import { type SourceQuestion, sourcesOf } from "./sources-of.ts";

/** Finds out what a service is made of: its sources, its own files and those of the fleet, there or not. */
export async function madeOfService(
  fleet: FleetSpec,
  service: ServiceSpec,
  question: Omit<SourceQuestion, "exists">,
): Promise<MadeOf> {
  const { dir, name } = service;
  const files = [join(fleet.root, "orchestra.yml"), service.file];
  for (const { path } of [...fleet.envFiles, ...service.envFiles]) files.push(path);
  // What is gone changed too.
  const { plan, unknown } = await sourcesOf(service, { ...question, exists: () => true });
  const parts = partsOf(plan, new GitignoreFiles(), 0);
  return {
    service: name,
    dir,
    realDir: realPathOf(dir),
    files,
    parts,
    countsTests: question.purpose === "test",
    unknown,
  };
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
