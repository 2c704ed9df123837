/** Where a verb writes: standard output for data, standard error for messages. */
export interface Output {
  write(text: string): void;
  /** A person reads it in a terminal; text from outside must be sanitised. */
  readonly isTty: boolean;
  readonly hasColor: boolean;
  /** Width in cells; 80 where nobody knows. */
  readonly columns: number;
}

/** The part of a Node write stream that an output needs. */
export interface OutputStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Wraps a stream; colours follow `FORCE_COLOR`, then `NO_COLOR` and `TERM=dumb`, then whether it is a terminal. */
export function createOutput(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Output {
  const isTty = stream.isTTY === true;
  return {
    write(text) {
      stream.write(text);
    },
    isTty,
    hasColor: wantsColor(isTty, env),
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

function wantsColor(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTty && env.TERM !== "dumb";
}
