/** What a command gets to clean up after SIGTERM (`go build` removes its work folder), before SIGKILL. Milliseconds. */
export const commandGraceMs = 1_000;
