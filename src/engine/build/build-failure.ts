import { stripVTControlCharacters } from "node:util";
import type { Failure } from "../../model/failure.ts";

const mostLines = 200;
const longestLine = 1000;

/** The last lines that a build printed, without colours, each of a length that a screen can show. */
export function outputLines(output: string): string[] {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    // What a progress bar drew over is not there any more.
    .map((line) => line.replace(/\r+$/, ""))
    .map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd());
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  return lines.slice(-mostLines).map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
}

/** The failure of a build whose command ended with a code other than 0, or (null) not by itself. */
export function buildFailure(
  command: string,
  exitCode: number | null,
  output: string[],
  told: { message: string; hint?: string },
): Failure {
  return { kind: "build-failed", command, exitCode, output, ...told };
}
