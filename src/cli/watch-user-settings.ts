import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { userConfigFile } from "../config/user-config-file.ts";
import type { DashboardSettings } from "../ui/dashboard-settings.ts";
import { readUserSettings } from "./user-settings.ts";

/** An editor writes a file in several steps. */
const settleMs = 100;

/**
 * Tells the user's settings anew after each change of their file; the result ends that. Its folder is watched, since editors put a new file in the
 * place of the old one. Where there is no folder, or the system gives no watch, nothing is told.
 */
export function watchUserSettings(
  env: Readonly<Record<string, string | undefined>>,
  onRead: (settings: DashboardSettings) => void,
): () => void {
  const file = userConfigFile(env);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let watcher: FSWatcher;
  const read = async () => {
    const { config, diagnostics } = await readUserSettings(env);
    if (!isOver) onRead({ ...config, diagnostics });
  };
  try {
    watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name !== null && name !== basename(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void read(), settleMs);
    });
  } catch {
    return () => undefined;
  }
  watcher.on("error", () => watcher.close());
  return () => {
    isOver = true;
    clearTimeout(timer);
    watcher.close();
  };
}
