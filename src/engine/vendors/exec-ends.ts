/** What a command that runs inside of a container is joined to. */
export interface ExecEnds {
  /** What it reads; null: nothing, its input is at its end at once. */
  input: NodeJS.ReadableStream | null;
  /** What it wrote; with a terminal all of it is `out`. A promise holds it back. */
  onOutput: (stream: "out" | "err", bytes: Buffer) => void | Promise<void>;
  /** It gets a terminal of its own, as large as the caller's; null: none. */
  terminal: {
    /** As in `TERM`. */
    type: string;
    size: () => { rows: number; columns: number };
    /** Hears of each change of the size until the result is called. */
    onResize: (listener: () => void) => () => void;
  } | null;
}
