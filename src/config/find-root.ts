import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { realPathOf } from "./fleet-id.ts";

/**
 * The fleet's root for somebody who stands in `cwd`: the nearest folder upward that has an orchestra.yml or a
 * .orchestra, looking no higher than the git root or the home folder; `cwd` itself where there is none. A real path.
 */
export function findFleetRoot(cwd: string): string {
  const start = realPathOf(cwd);
  const home = realPathOf(homedir());
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "orchestra.yml")) || existsSync(join(folder, ".orchestra"))) return folder;
    const isTop = folder === home || folder === dirname(folder) || existsSync(join(folder, ".git"));
    if (isTop) return start;
  }
}
