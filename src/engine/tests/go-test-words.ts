/** They leave no tests to count, or have an order of their own. */
const incompatible = /^--?(json|c|n|x|list|exec|help|h)(=|$)/;

/**
 * The words of a command line after `go test`, where it is nothing else: no other program, no shell syntax, nothing that a
 * shell would replace. Null for every other command. Its tests can then be counted.
 */
export function goTestWords(command: string): string[] | null {
  const [go, test, ...words] = command.trim().split(/[ \t]+/);
  if (go !== "go" || test !== "test") return null;
  return words.every((word) => /^[\w./:=,@+^-]+$/.test(word) && !incompatible.test(word)) ? words : null;
}
