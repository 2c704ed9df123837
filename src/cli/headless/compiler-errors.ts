/** One error of a compiler or a test, with its place as it was printed. */
export interface CompilerError {
  /** As printed: from the folder in which the compiler ran, or absolute. */
  file: string;
  line: number;
  column: number | null;
  /** With the lines that go on with it. */
  message: string;
}

/** Go's build, vet and test, and most others: `./main.go:3:5: undefined: x`. */
const usual = /^\s*(?:vet: )?([^:\s][^:]*\.[A-Za-z]\w*):(\d+)(?::(\d+))?: (?:fatal )?(?:error: )?(\S.*)$/;
/** TypeScript: `src/a.ts(3,5): error TS2322: …`, and as it writes for people: `src/a.ts:3:5 - error TS2322: …`. */
const typeScript = /^\s*([^\s(:][^(:]*)(?:\((\d+),(\d+)\):|:(\d+):(\d+) -) error (TS\d+: .*)$/;

/** More lines that belong to one error: Go says what it has and wants, TypeScript why two types differ. */
const mostMore = 5;

/** The errors in what a build or a test run printed, each place once, in their order. Pure; no file is looked at. */
export function compilerErrors(output: readonly string[]): CompilerError[] {
  const errors: CompilerError[] = [];
  const seen = new Set<string>();
  let open: CompilerError | null = null;
  let more = 0;
  for (const line of output) {
    const error = errorIn(line);
    if (error !== null) {
      const key = `${error.file}:${error.line}:${error.column}:${error.message}`;
      open = seen.has(key) ? null : error;
      more = 0;
      seen.add(key);
      if (open !== null) errors.push(open);
    } else if (open !== null && /^(?:\t| {2,})\S/.test(line) && more < mostMore) {
      open.message += `\n${line.trim()}`;
      more += 1;
    } else open = null;
  }
  return errors;
}

function errorIn(line: string): CompilerError | null {
  const ts = typeScript.exec(line);
  if (ts !== null) {
    const [, file = "", row, column, otherRow, otherColumn, message = ""] = ts;
    return { file, line: Number(row ?? otherRow), column: Number(column ?? otherColumn), message };
  }
  const [, file, row, column, message] = usual.exec(line) ?? [];
  if (file === undefined || message === undefined || /^(?:warning|note|help|info)\b/i.test(message)) return null;
  return { file, line: Number(row), column: column === undefined ? null : Number(column), message };
}
