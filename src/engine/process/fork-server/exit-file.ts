import { rmSync, writeFileSync } from "node:fs";
import type { ExitStatus } from "../../../model/cause.ts";

/*
 * A file that says how a program ended, for whoever looks after it when its daemon is gone: `0`, `7`, `SIGKILL`. It is
 * made empty by who asks for the program to be started; written at once, by one call, so it is empty or whole.
 */

/** Never throws: where the file cannot be written, how the program ended stays unknown. */
export function writeExitFile(file: string, status: ExitStatus): void {
  if (status.kind !== "code" && status.kind !== "signal") return;
  try {
    writeFileSync(file, `${status.kind === "code" ? status.code : status.signal}\n`, { flag: "r+" });
  } catch {
    // The fleet's folder was removed, or the disk is full.
  }
}

/** For a program that was not started. Never throws. */
export function removeExitFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It then says that the program was begun and how it ended is unknown, which is on the safe side.
  }
}

/** Null where the text says nothing, or nothing of sense. */
export function parseExitStatus(text: string): ExitStatus | null {
  if (/^\d{1,3}\n$/.test(text)) return { kind: "code", code: Number(text) };
  return /^SIG[A-Z0-9]{1,20}\n$/.test(text) ? { kind: "signal", signal: text.trim() } : null;
}
