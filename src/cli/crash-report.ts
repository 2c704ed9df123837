import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFleetRoot } from "../config/find-root.ts";
import { version } from "../lib/version.ts";

/**
 * Writes down what our bug was, in the fleet's `.orchestra`, else in the temp folder. Returns the file; null where neither
 * can be written.
 */
export function writeCrashReport(error: unknown, args: readonly string[], cwd: string): string | null {
  const at = new Date();
  const name = `crash-${at.toISOString().replace(/[:.]/g, "-")}-${process.pid}.log`;
  const text = [
    `Orchestra ${version}, Node ${process.version}, ${process.platform} ${process.arch}, ${at.toISOString()}`,
    `orchestra ${args.join(" ")}`,
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    error instanceof Error && error.cause !== undefined ? `cause: ${String(error.cause)}` : "",
  ].join("\n");
  const places = [
    { dir: join(findFleetRoot(cwd), ".orchestra"), file: name },
    { dir: tmpdir(), file: `orchestra-${name}` },
  ];
  for (const { dir, file } of places) {
    if (!existsSync(dir)) continue;
    try {
      const path = join(dir, file);
      writeFileSync(path, `${text}\n`, { mode: 0o600 });
      return path;
    } catch {
      // The next folder, then.
    }
  }
  return null;
}
