import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { loadFleet } from "../config/load-fleet.ts";
import { type FolderReader, type Proposal, proposeServices } from "../config/propose-services.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { FleetSpec } from "../model/fleet.ts";

/** A larger file was not written by hand, so it says nothing about what a person wants to run. */
const maxFileBytes = 1_000_000;

/** What the folders under a root hold that could be a service; diagnostics where the config there has mistakes. */
export function findProposal(
  root: string,
): { ok: true; proposal: Proposal; fleet: FleetSpec } | { ok: false; diagnostics: Diagnostic[] } {
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null) return { ok: false, diagnostics };
  const proposal = proposeServices(folderReader(root), {
    names: new Set([...spec.services, ...spec.vendors].map(({ name }) => name)),
    folders: new Set(
      spec.services.flatMap(({ dir, build }) => {
        const built = build.kind === "go" ? [resolve(dir, build.go.package)] : [];
        return [dir, ...built].map((folder) => relative(root, folder));
      }),
    ),
    isInModule: hasModuleAbove(root),
    rootName: basename(root),
  });
  return { ok: true, proposal, fleet: spec };
}

function folderReader(root: string): FolderReader {
  return {
    list(folder) {
      try {
        const entries = readdirSync(join(root, folder), { withFileTypes: true });
        return entries
          .filter((entry) => entry.isDirectory() || entry.isFile())
          .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      } catch {
        return [];
      }
    },
    read(file) {
      const path = join(root, file);
      try {
        return statSync(path).size > maxFileBytes ? null : readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
  };
}

function hasModuleAbove(root: string): boolean {
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "go.mod"))) return true;
  }
  return false;
}
