import type { EnvironmentMarks } from "../process/markers.ts";
import type { ProcessInfo } from "../process/process-info.ts";

/** A process, with all that tells what it is. Null: the system hides it, or the process is gone. */
export interface Sighting {
  process: ProcessInfo;
  /** Empty where it shows none. */
  argv: readonly string[];
  /** Real paths. */
  cwd: string | null;
  executable: string | null;
  marks: EnvironmentMarks;
}

/** True where `path` is the folder or lies in it. Both are real paths. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
