import type { Duplex } from "node:stream";
import { systemClock } from "../../../lib/clock.ts";
import { sleep } from "../../../lib/sleep.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { ExecEnds } from "../exec-ends.ts";
import type { EngineClient } from "./engine-client.ts";
import { fitTerminal, type TerminalSize } from "./fit-terminal.ts";
import { FrameSplitter } from "./frame-splitter.ts";
import { cleanWords, explainRefusal, type Refusal } from "./refusal.ts";

/** As a shell has it. */
const notExecutable = 126;
const notFound = 127;

/** How the engine begins what it says of a command that it could not execute: newer ones print it as if the command had. */
const execFailed = "OCI runtime exec failed";

/** How long to wait before an exec that has closed its output is asked again whether it has ended. */
const endPollMs = 50;

/** Runs a command inside of a container with its two ends joined to the caller's, until it ends. */
export async function attachExec(
  client: EngineClient,
  container: string,
  argv: readonly string[],
  ends: ExecEnds,
): Promise<FailureOr<{ exitCode: number }>> {
  const { input, terminal } = ends;
  const request = {
    Cmd: [...argv],
    Env: terminal === null ? [] : [`TERM=${terminal.type}`],
    AttachStdin: input !== null,
    AttachStdout: true,
    AttachStderr: true,
    Tty: terminal !== null,
  };
  const made = await client.ask((api, abortSignal) => api.getContainer(container).exec({ ...request, abortSignal }));
  if (made.kind === "unreachable") return { ok: false, failure: made.failure };
  if (made.kind === "refused") return notRun(container, made.refusal, ends);
  const { id } = made.value;
  const opened = await client.open((api, abortSignal) =>
    api.getExec(id).start({ hijack: true, stdin: input !== null, Tty: terminal !== null, abortSignal }),
  );
  if (opened.kind === "unreachable") return { ok: false, failure: opened.failure };
  if (opened.kind === "refused") return notRun(container, opened.refusal, ends);
  const { stream, end } = opened.value;
  const unlisten = terminal === null ? () => {} : fitTerminal(terminal, resizing(client, id), systemClock);
  const detach = joinInput(stream as Duplex, input);
  let refusal: string | null;
  try {
    refusal = await readOutput(stream, ends);
  } finally {
    detach();
    unlisten();
    end();
  }
  if (refusal !== null) return await notRun(container, { status: 0, words: refusal }, ends);
  return await exitCodeOf(client, container, id);
}

/** Where the engine cannot be asked at all, there is nothing to fit any more. */
function resizing(client: EngineClient, id: string): (size: TerminalSize) => Promise<boolean> {
  return async ({ rows, columns }) => {
    const answer = await client.ask((api, abortSignal) => api.getExec(id).resize({ h: rows, w: columns, abortSignal }));
    return answer.kind !== "refused";
  };
}

function joinInput(stream: NodeJS.WritableStream, input: NodeJS.ReadableStream | null): () => void {
  if (input === null) return () => {};
  input.pipe(stream);
  return () => {
    input.unpipe(stream);
    input.pause();
  };
}

/** Hands on what comes; the words of an engine that could not execute it are no output of the command, and come back. */
async function readOutput(stream: NodeJS.ReadableStream, { terminal, onOutput }: ExecEnds): Promise<string | null> {
  const frames = new FrameSplitter();
  let refusal: string | null = null;
  const take = async (from: "out" | "err", bytes: Buffer): Promise<void> => {
    if (bytes.subarray(0, execFailed.length).toString() === execFailed) refusal = bytes.toString();
    else await onOutput(from, bytes);
  };
  try {
    for await (const chunk of stream) {
      if (terminal !== null) await take("out", chunk as Buffer);
      else for (const frame of frames.push(chunk as Buffer)) await take(frame.stream, frame.bytes);
    }
  } catch {
    // Whether it was cut short, its exec tells.
  }
  return refusal;
}

async function exitCodeOf(
  client: EngineClient,
  container: string,
  id: string,
): Promise<FailureOr<{ exitCode: number }>> {
  for (;;) {
    const answer = await client.ask((api, abortSignal) => api.getExec(id).inspect({ abortSignal }));
    if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
    if (answer.kind === "refused") return { ok: false, failure: explainRefusal(container, answer.refusal) };
    const { Running, ExitCode } = answer.value;
    if (!Running) return { ok: true, exitCode: ExitCode ?? notFound };
    await sleep(endPollMs, new AbortController().signal, systemClock);
  }
}

/** A program that is not there is how the command went, as in a shell, and no failure of the engine. */
async function notRun(
  container: string,
  refusal: Refusal,
  { onOutput }: ExecEnds,
): Promise<FailureOr<{ exitCode: number }>> {
  if (!/exec failed/.test(refusal.words)) return { ok: false, failure: explainRefusal(container, refusal) };
  await onOutput("err", Buffer.from(`${cleanWords(refusal.words)}\n`));
  return { ok: true, exitCode: /permission denied/.test(refusal.words) ? notExecutable : notFound };
}
