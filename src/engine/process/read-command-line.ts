import { maskCommandLine } from "../../model/mask-command-line.ts";
import type { ProcessInfo } from "./process-info.ts";
import { system } from "./system/this-system.ts";

/** The arguments of a process, the program first, as it shows them itself; empty where it shows none. */
export function readArguments(pid: number): string[] {
  return system.readArguments(pid);
}

/** The same joined by blanks, to be shown: secrets in it are masked. Its short name where it shows none. */
export function readCommandLine({ pid, comm }: Pick<ProcessInfo, "pid" | "comm">): string {
  return maskCommandLine(readArguments(pid)).join(" ") || comm;
}
