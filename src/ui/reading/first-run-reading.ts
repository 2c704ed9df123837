import type { FirstRunFrame } from "../first-run-frame.ts";
import { firstRunKeys } from "../keys/first-run-keys.ts";
import { firstRunLines } from "../panes/welcome/first-run-lines.ts";
import { fitReading } from "./fit-reading.ts";
import { readableRows } from "./readable.ts";

/** The screen before there is a fleet, as lines to be read aloud. */
export function firstRunReading(frame: FirstRunFrame): string[] {
  const { keys, size, top, trouble, underWay } = frame;
  const hints = firstRunKeys(keys, trouble).flatMap((b) =>
    b.hint === undefined ? [] : [`${b.hintKeys ?? b.keys[0] ?? ""} ${b.hint}`],
  );
  return fitReading(
    {
      head: [underWay === null ? "orchestra" : `orchestra: ${underWay.what}`],
      body: readableRows(firstRunLines(frame).slice(top)),
      foot: [`Keys: ${hints.join(", ")}`],
    },
    size.columns,
    size.rows,
  );
}
