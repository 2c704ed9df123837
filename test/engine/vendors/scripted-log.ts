import type { Docker, LogPiece } from "../../../src/engine/vendors/docker.ts";
import type { Failure } from "../../../src/model/failure.ts";

/** What an engine keeps of what a container printed, as json-file does it: in the order in which it came. */
export class ScriptedLog {
  readonly pieces: LogPiece[] = [];
  /** The stream breaks before this many further pieces are given; null: never. */
  breaksAfter: number | null = null;
  /** What whoever asks is told instead. */
  refusal: Failure | null = null;
  /** Streams that are open now. */
  open = 0;
  /** Bytes that were given to whoever reads. */
  given = 0;
  #isOver = false;
  #cuts = 0;
  #ends = 0;
  #changed = Promise.withResolvers<void>();

  print(...pieces: LogPiece[]): void {
    this.pieces.push(...pieces);
    this.#wake();
  }

  /** Breaks all streams that are open. */
  cut(): void {
    this.#cuts++;
    this.#wake();
  }

  /** Ends all streams that are open, as at the end of a container that then runs again. */
  end(): void {
    this.#ends++;
    this.#wake();
  }

  /** The container has ended, or runs again. */
  over(isOver = true): void {
    this.#isOver = isOver;
    this.#wake();
  }

  readonly logs: Docker["logs"] = async (_, { since, follow, signal }, onPiece) => {
    if (this.refusal !== null) return { ok: false, failure: this.refusal };
    const cuts = this.#cuts;
    const ends = this.#ends;
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    this.open++;
    try {
      for (let at = 0; ; ) {
        if (signal.aborted || ends !== this.#ends) return { ok: true };
        if (cuts !== this.#cuts) return broken;
        const piece = this.pieces[at];
        if (piece === undefined) {
          if (!follow || this.#isOver) return { ok: true };
          await Promise.race([this.#changed.promise, aborted]);
          continue;
        }
        at++;
        // An engine looks at each piece's own time, also at those that come later.
        if (since !== "" && piece.time < since) continue;
        if (this.breaksAfter !== null && this.breaksAfter-- <= 0) {
          this.breaksAfter = null;
          return broken;
        }
        this.given += piece.bytes.length;
        await onPiece(piece);
      }
    } finally {
      this.open--;
    }
  };

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

const broken = {
  ok: false,
  failure: { kind: "docker-unreachable", endpoint: "", reason: "lost", message: "the connection broke" },
} as const;

const startedAt = Date.parse("2026-11-21T18:00:00Z");

/** A time as Docker writes it, so many nanoseconds after the container's start. */
export function dockerTime(nanos: number): string {
  const ms = Math.floor(nanos / 1e6);
  return `${new Date(startedAt + ms).toISOString().slice(0, -1)}${String(nanos - ms * 1e6).padStart(6, "0")}Z`;
}
