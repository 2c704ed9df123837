import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const warden = join(import.meta.dirname, "run-warden.ts");

/**
 * Gives the test run a folder of its own, in which all tests have theirs, and beside it a process that ends whatever works
 * there once the run is over. Services outlive who started them, that is what they are made for; so where the run is
 * killed in the middle, nobody else would. A run that leaves something behind at its regular end fails.
 */
export default function ownRunFolder(): (() => Promise<void>) | undefined {
  // It is asked once for each project of vitest's.
  if (process.env.TEST_RUN_FOLDER !== undefined) return undefined;
  // A short name: the paths in it end up on screens and in the addresses of sockets, where there is little room.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "o-")));
  // In a session of its own, a Ctrl-C and a kill of the group are not for it.
  const args = [warden, folder, String(process.pid)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  child.unref();
  const { stdin, stdout } = child;
  for (const stream of [stdin, stdout]) (stream as typeof stream & { unref(): void }).unref();
  process.env.TEST_RUN_FOLDER = folder;
  process.env.TMPDIR = folder;
  return async () => {
    child.ref();
    const [left] = await Promise.all([text(stdout), once(child, "exit"), stdin.end()]);
    if (left !== "") throw new Error(`these processes outlived the tests and were killed:\n${left}`);
  };
}
