/**
 * An hour of flood in fast motion: as many frames as the dashboard draws in an hour of it, each with new lines. What it
 * holds after a tenth of them, and at the end. An argument gives another number of frames.
 */
import { join } from "node:path";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { residentMb } from "./lib/process-usage.ts";

/** Twelve a second. */
const frames = Number(process.argv[2] ?? 12 * 3600);

const terminal = new BenchTerminal(import.meta.dirname, process.env, {
  file: process.execPath,
  args: ["--max-semi-space-size=8", join(import.meta.dirname, "lib/fast-dashboard.ts")],
});
try {
  await terminal.when((text) => text.includes("line "));
  const start = terminal.frames;
  let tenth: number | null = null;
  while (terminal.frames - start < frames) {
    const before = terminal.frames;
    // Down and up again: each is drawn at once, with what the flood has brought meanwhile.
    terminal.write(before % 2 === 0 ? "j" : "k");
    await terminal.frameAfter(before);
    if (tenth === null && terminal.frames - start >= frames / 10) tenth = residentMb(terminal.pid);
  }
  const end = residentMb(terminal.pid);
  console.log(
    `fast-motion: after ${frames} frames the dashboard holds ${(end / (tenth ?? Number.NaN)).toFixed(3)} times what it held after a tenth (${end.toFixed(0)} MB)`,
  );
} finally {
  terminal.kill();
}
