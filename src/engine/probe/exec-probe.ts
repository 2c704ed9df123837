import { stripVTControlCharacters } from "node:util";
import { runCommand } from "../process/run-command.ts";
import { type ProbeAttempt, timedOut } from "./probe-attempt.ts";

const mostOutputBytes = 4096;
const longestLine = 120;

/** Runs a command line in the service's folder, with its environment. Passes with exit code 0. */
export function execProbe(command: string, cwd: string, env: Record<string, string>, timeoutMs: number): ProbeAttempt {
  return async (signal) => {
    const result = await runCommand({ command, cwd, env, timeoutMs, signal, maxOutputBytes: mostOutputBytes });
    if (result.failure !== null) return { passed: false, detail: result.failure.message };
    if (result.timedOut) return timedOut(timeoutMs);
    if (result.exitCode === 0) return { passed: true, detail: "exit 0" };
    const end = result.exitCode === null ? (result.signal ?? "ended") : `exit ${result.exitCode}`;
    const line = lastLine(result.output);
    return { passed: false, detail: line === "" ? end : `${end}: ${line}` };
  };
}

function lastLine(output: string): string {
  const line = stripVTControlCharacters(output).trimEnd().split("\n").at(-1)?.trim() ?? "";
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
