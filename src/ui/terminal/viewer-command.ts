/**
 * The shell command line that shows a file: the user's pager, else their editor, else less. The program takes the place of the shell, so that a
 * signal reaches it.
 */
export function viewerCommand(path: string, env: Record<string, string | undefined>): string {
  const viewer = [env.PAGER, env.VISUAL, env.EDITOR].find((value) => (value ?? "").trim() !== "") ?? "less";
  const setsVariables = /^\s*\w+=/.test(viewer);
  return `${setsVariables ? "" : "exec "}${viewer} '${path.replaceAll("'", `'\\''`)}'`;
}
