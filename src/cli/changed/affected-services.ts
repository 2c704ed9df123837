import { PartIndex } from "../../engine/watch/part-index.ts";
import type { WatchPart } from "../../engine/watch/watch-part.ts";

/** What one service is made of, for the purpose at hand. */
export interface MadeOf {
  service: string;
  /** Its folder as configured, and the real path of that. */
  dir: string;
  realDir: string;
  /** Single files by absolute path: its own config, its env files, those of the fleet. */
  files: readonly string[];
  /** Sources and tests, in the words of what is watched. */
  parts: readonly WatchPart[];
  /** Tests in its own folder count, and not only what its program is made of. */
  countsTests: boolean;
  /** Why it cannot be told what it is made of; null where it can. Then it counts as affected by anything. */
  unknown: string | null;
}

/** A service that a change is about. */
export interface AffectedService {
  service: string;
  /** The files, by absolute path, in the order in which they were given. */
  files: string[];
}

/** The services that changed files (absolute real paths, there or gone) are a part of, in the order of `madeOf`. Pure. */
export function affectedServices(changedFiles: readonly string[], madeOf: readonly MadeOf[]): AffectedService[] {
  return madeOf.flatMap((made) => {
    const index = new PartIndex(made.parts);
    const single = new Set(made.files);
    const files = changedFiles.filter((file) => {
      if (made.unknown !== null || single.has(file)) return true;
      return namesOf(file, made).some((name) => single.has(name) || isPart(name, made, index));
    });
    return files.length === 0 ? [] : [{ service: made.service, files }];
  });
}

function isPart(file: string, { dir, countsTests }: MadeOf, index: PartIndex): boolean {
  return index.find(file).some(({ kind }) => kind === "source" || (countsTests && file.startsWith(`${dir}/`)));
}

/** By its real path, and as it is called through a link to the service's folder. */
function namesOf(file: string, { dir, realDir }: MadeOf): string[] {
  return dir !== realDir && file.startsWith(`${realDir}/`) ? [file, dir + file.slice(realDir.length)] : [file];
}
