import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A command that executes what follows it so that the rights of files count, as they do for anybody: root is let in
 * everywhere, unless it has given up that capability. Empty where nothing is to be given up; null where that cannot be had.
 */
export function withoutRights(): readonly string[] | null {
  const under = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : [];
  const folder = mkdtempSync(join(tmpdir(), "rights-"));
  try {
    const [open, shut] = [join(folder, "open"), join(folder, "shut")];
    for (const file of [open, shut]) writeFileSync(file, "");
    chmodSync(shut, 0);
    const canRead = (file: string): boolean => {
      const [command = "cat", ...args] = [...under, "cat", file];
      return spawnSync(command, args, { stdio: "ignore" }).status === 0;
    };
    return canRead(open) && !canRead(shut) ? under : null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
