import { readFileSync } from "node:fs";
import { paths } from "../daemon/paths.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { CliContext } from "./cli-context.ts";
import { Interruption } from "./interruption.ts";
import { printable } from "./output/printable.ts";

/** Prints the daemon's own log, and follows it where asked to, until an interrupt. */
export async function showDaemonLog(
  context: CliContext,
  root: string,
  options: { follows: boolean; tail: number | null },
): Promise<number> {
  const file = paths.daemonLog(root);
  const text = readIfThere(file);
  if (text === null) {
    context.stderr.write(`no daemon ever ran for ${root}\n`);
    return exitCodes.ok;
  }
  const { isTty, hasColor } = context.stdout;
  const print = (line: string): void => context.stdout.write(`${isTty ? printable(line, hasColor) : line}\n`);
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  for (const line of options.tail === null ? lines : lines.slice(Math.max(0, lines.length - options.tail))) print(line);
  if (!options.follows) return exitCodes.ok;

  const { Tail } = await import("tail");
  const interruption = new Interruption(context);
  const tail = new Tail(file, { follow: true });
  tail.on("line", print);
  // The file may be moved aside when it is full; the next one is followed.
  tail.on("error", (error: unknown) => context.stderr.write(`${file}: ${String(error)}\n`));
  await new Promise<void>((resolve) => interruption.signal.addEventListener("abort", () => resolve(), { once: true }));
  tail.unwatch();
  interruption.end();
  return exitCodes.ok;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
