import type { FailureOr } from "../../failure-or.ts";
import type { Docker, LogPiece } from "../docker.ts";
import { dialStream, type EngineClient } from "./engine-client.ts";
import { FrameSplitter } from "./frame-splitter.ts";
import { sinceOf, stampAt, stampBytes } from "./log-stamp.ts";
import { explainRefusal } from "./refusal.ts";
import { TtyLogSplitter } from "./tty-log-splitter.ts";
import { unreachable } from "./unreachable.ts";

/** An engine begins to answer before it has read the log, but reads its index first. */
const openMs = 30_000;

/** Reads a container's log, piece by piece and no faster than the pieces are taken: no more than one chunk is kept. */
export async function readLogs(
  client: EngineClient,
  container: string,
  { since, follow, hasTty, signal }: Parameters<Docker["logs"]>[1],
  onPiece: (piece: LogPiece) => void | Promise<void>,
): Promise<FailureOr<object>> {
  const from = sinceOf(since);
  const query = {
    stdout: 1,
    stderr: 1,
    timestamps: 1,
    follow: follow ? 1 : 0,
    ...(from !== undefined && { since: from }),
  };
  const path = `/containers/${container}/logs`;
  const answer = await client.open((api, abortSignal) => dialStream(api, { method: "GET", path, query, abortSignal }), {
    timeoutMs: openMs,
    signal,
  });
  if (signal.aborted) return { ok: true };
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  if (answer.kind === "refused") return { ok: false, failure: explainRefusal(container, answer.refusal) };
  const { stream, end } = answer.value;
  const splitter = hasTty ? new TtyLogSplitter() : new FramedLog();
  const give = async (pieces: LogPiece[]): Promise<void> => {
    for (const piece of pieces) {
      if (signal.aborted) return;
      const taken = onPiece(piece);
      if (taken !== undefined) await taken;
    }
  };
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      let next: IteratorResult<Buffer>;
      try {
        next = await chunks.next();
      } catch (error) {
        // What it had begun to say is asked for again, whole.
        return signal.aborted ? { ok: true } : { ok: false, failure: unreachable(client.endpoint.url, error) };
      }
      if (next.done === true) break;
      await give(splitter.push(next.value));
    }
    await give(splitter.end());
    return { ok: true };
  } finally {
    end();
  }
}

/** The log of a container without TTY: a frame is what Docker logged, its time first. */
class FramedLog {
  readonly #frames = new FrameSplitter();
  #time = "";

  push(chunk: Buffer): LogPiece[] {
    return this.#frames.push(chunk).flatMap(({ stream, bytes, isStart }) => {
      const stamp = isStart ? stampAt(bytes, 0) : null;
      this.#time = stamp ?? this.#time;
      const printed = stamp === null ? bytes : bytes.subarray(stampBytes);
      return printed.length === 0 ? [] : [{ stream, time: this.#time, bytes: printed }];
    });
  }

  end(): LogPiece[] {
    return [];
  }
}
