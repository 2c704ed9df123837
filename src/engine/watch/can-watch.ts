import { type FSWatcher, watch } from "node:fs";
import { shortageOf } from "./watch-trouble.ts";

/**
 * Whether the system has as many watches left as these folders need: takes all of them, and gives them back. A folder
 * that is gone needs none. Some 10 µs a folder.
 */
export function canWatch(folders: readonly string[]): boolean {
  const taken: FSWatcher[] = [];
  try {
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { persistent: false });
        watcher.on("error", () => undefined);
        taken.push(watcher);
      } catch (error) {
        if (shortageOf(error) !== null) return false;
      }
    }
    return true;
  } finally {
    for (const watcher of taken) watcher.close();
  }
}
