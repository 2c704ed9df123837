/** A command ready to be executed, without or with a shell. */
export interface Argv {
  file: string;
  args: string[];
}

const shell = "/bin/sh";

/** Anything that a shell might act upon, outside quotes. */
const shellCharacters = new Set("$`\\|&;<>()*?[]#~{}!\n\r");

/** What a shell still acts upon inside double quotes. */
const specialInDoubleQuotes = new Set("$`\\");

/** First words that only a shell understands, so there is no program to become the leader. */
const shellWords = new Set(
  (
    "if then else elif fi for while until do done case esac in function select time coproc { } ! [[ " +
    ". : alias bg break builtin cd command continue declare eval exec exit export fg getopts hash jobs let local " +
    "popd pushd read readonly return set shift shopt source times trap type typeset ulimit umask unalias unset wait"
  ).split(" "),
);

/**
 * How to execute a command line so that the leader is the program itself: split into words where no shell is needed,
 * else by a shell, which replaces itself by the program where the command is a single one.
 */
export function toArgv(command: string): Argv {
  const text = command.trim();
  const words = splitPlainWords(text);
  if (words !== null) return { file: words[0] as string, args: words.slice(1) };
  return { file: shell, args: ["-c", withExec(text)] };
}

/** The words of a command that needs no shell; null where it does, or where there are none. */
function splitPlainWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === " " || character === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, i + 1);
      if (end < 0) return null;
      const quoted = text.slice(i + 1, end);
      if (character === '"' && [...quoted].some((c) => specialInDoubleQuotes.has(c))) return null;
      word = (word ?? "") + quoted;
      i = end;
    } else if (shellCharacters.has(character)) {
      return null;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== null) words.push(word);
  const first = words[0];
  if (first === undefined || first === "" || isAssignment(first) || shellWords.has(first)) return null;
  return words;
}

/** Puts `exec` before a simple command, after its assignments: `A=b exec server >log`. Any other stays as it is. */
function withExec(text: string): string {
  if (!isSingleCommand(text)) return text;
  let at = 0;
  for (;;) {
    const word = leadingWord(text, at);
    if (!isAssignment(word))
      return shellWords.has(word) || word === "" ? text : `${text.slice(0, at)}exec ${text.slice(at)}`;
    at += word.length;
    while (text[at] === " " || text[at] === "\t") at++;
  }
}

/** True where no operator joins, groups or ends commands: redirections and expansions are all there is. */
export function isSingleCommand(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    const isRedirection = character === "&" && (text[i - 1] === ">" || text[i - 1] === "<");
    const isClobber = character === "|" && text[i - 1] === ">";
    if (character === "\\" || character === "'" || character === '"' || character === "`" || character === "$") {
      const end = skipQuoted(text, i);
      if (end === null) return false;
      i = end;
    } else if (";()\n".includes(character)) {
      return false;
    } else if (character === "|" || character === "&") {
      if (!isRedirection && !isClobber) return false;
    } else if (character === "#" && (i === 0 || /\s/.test(text[i - 1] as string))) {
      return !text.slice(i).includes("\n");
    }
  }
  return true;
}

/** The word that begins at `at`, with its quotes. */
export function leadingWord(text: string, at: number): string {
  let end = at;
  while (end < text.length && !/[\s<>]/.test(text[end] as string)) {
    end = (skipQuoted(text, end) ?? text.length) + 1;
  }
  return text.slice(at, end);
}

/** Where what begins at `at` ends: quotes, an escape, `$(…)`, `${…}`, backquotes or a plain character. Null: nowhere. */
function skipQuoted(text: string, at: number): number | null {
  switch (text[at]) {
    case "\\":
      return at + 1 < text.length ? at + 1 : null;
    case "'":
      return positive(text.indexOf("'", at + 1));
    case '"':
      return skipTo(text, at + 1, '"');
    case "`":
      return skipTo(text, at + 1, "`");
    case "$":
      if (text[at + 1] === "(") return skipTo(text, at + 2, ")");
      if (text[at + 1] === "{") return skipTo(text, at + 2, "}");
      return at;
    default:
      return at;
  }
}

/** The place of `closing`, past whatever is nested before it. */
function skipTo(text: string, from: number, closing: string): number | null {
  for (let i = from; i < text.length; i++) {
    const character = text[i] as string;
    if (character === closing) return i;
    const isLiteral = closing === '"' && character === "'";
    if (closing === ")" && character === "(") {
      const end = skipTo(text, i + 1, ")");
      if (end === null) return null;
      i = end;
    } else if (!isLiteral) {
      const end = skipQuoted(text, i);
      if (end === null) return null;
      i = end;
    }
  }
  return null;
}

function positive(index: number): number | null {
  return index < 0 ? null : index;
}

/** `NAME=value` before a command. */
export function isAssignment(word: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(word);
}
