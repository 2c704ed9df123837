import { isAssignment, isSingleCommand, leadingWord } from "../process/command-line.ts";

/** The words of a command line; null stands for one that a shell makes, such as `$PORT`, which may come to anything. */
export type CommandPattern = readonly (string | null)[];

/** What a shell replaces by something else. */
const expansion = /[$`*?[{~]/;

/**
 * The words that a program gets which is started by this command line, without assignments, `exec` and redirections.
 * Null where there is more than one command in it, so that no one process has these words.
 */
export function commandPattern(command: string): CommandPattern | null {
  const text = command.trim();
  if (!isSingleCommand(text)) return null;
  const words: (string | null)[] = [];
  let at = 0;
  let isTarget = false;
  while (at < text.length) {
    const blank = /^\s+/.exec(text.slice(at));
    const operator = /^\d*(?:>>|>\||>&|<&|<>|[<>])/.exec(text.slice(at));
    if (blank !== null) {
      at += blank[0].length;
    } else if (operator !== null) {
      at += operator[0].length;
      isTarget = true;
    } else {
      const word = leadingWord(text, at);
      if (word === "" || (word.startsWith("#") && !isTarget)) break;
      at += word.length;
      const isPrefix = words.length === 0 && (isAssignment(word) || word === "exec");
      if (!isTarget && !isPrefix) words.push(plain(word));
      isTarget = false;
    }
  }
  return words.length === 0 ? null : words;
}

/** The word as the program gets it. */
function plain(word: string): string | null {
  if (expansion.test(word.replaceAll(/'[^']*'/g, ""))) return null;
  return word.replaceAll(/\\(.)|'([^']*)'|"([^"]*)"/g, (_all, escaped, single, double) => escaped ?? single ?? double);
}

/** True where the arguments are those of the pattern. */
export function fits(pattern: CommandPattern, args: readonly string[]): boolean {
  return pattern.length === args.length && pattern.every((word, i) => word === null || word === args[i]);
}
