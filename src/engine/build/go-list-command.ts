import { goListFields } from "./go-inputs.ts";

/**
 * `go list -deps` as `goInputs` reads it; `args` are flags and packages. Without what go says meanwhile (downloads,
 * warnings), which would stand among the packages.
 */
export function goListCommand(go: string, args: readonly string[]): { file: string; args: string[] } {
  const list = ["list", "-deps", `-json=${goListFields}`, ...args];
  return { file: "/bin/sh", args: ["-c", 'exec "$0" "$@" 2> /dev/null', go, ...list] };
}
