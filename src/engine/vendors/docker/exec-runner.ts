import { systemClock } from "../../../lib/clock.ts";
import { sleep } from "../../../lib/sleep.ts";
import type { FailureOr } from "../../failure-or.ts";
import { OutputTail } from "../../process/output-tail.ts";
import type { ExecResult } from "../docker.ts";
import type { Answer, EngineClient } from "./engine-client.ts";
import { FrameSplitter } from "./frame-splitter.ts";
import { cleanWords, explainRefusal } from "./refusal.ts";

/** Kept of the end of what a command prints. */
const outputBytes = 8 * 1024;

/** As `timeout` has it: given up on, and still running as far as is known. */
const givenUp = 124;

/** As a shell has it. */
const notFound = 127;

/** How long to wait before an exec that has closed its output is asked again whether it has ended. */
const endPollMs = 50;

/**
 * Runs commands inside of containers. Docker has no way to end one: where the caller stops waiting, the process inside goes
 * on. So that they do not pile up, the same command is not begun again in a container where the one before still runs: it
 * comes to 124 at once.
 */
export class ExecRunner {
  readonly #client: EngineClient;
  /** By container and command: the exec that was given up on. */
  readonly #hanging = new Map<string, string>();

  constructor(client: EngineClient) {
    this.#client = client;
  }

  async run(
    container: string,
    argv: readonly string[],
    { env = {}, signal = new AbortController().signal }: { env?: Record<string, string>; signal?: AbortSignal },
  ): Promise<FailureOr<ExecResult>> {
    const key = JSON.stringify([container, argv]);
    if (await this.#hangs(key)) {
      return { ok: true, exitCode: givenUp, output: "the one before has not ended" };
    }
    const Env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const request = { Cmd: [...argv], Env, AttachStdout: true, AttachStderr: true };
    const made = await this.#client.ask(
      (api, abortSignal) => api.getContainer(container).exec({ ...request, abortSignal }),
      { signal },
    );
    if (signal.aborted) return { ok: true, exitCode: givenUp, output: "" };
    if (made.kind !== "answered") return refused(container, made);
    const id = made.value.id;
    const opened = await this.#client.open(
      (api, abortSignal) => api.getExec(id).start({ hijack: true, stdin: false, abortSignal }),
      { signal },
    );
    if (opened.kind === "answered") {
      const output = await readOutput(opened.value.stream);
      opened.value.end();
      return this.#end(key, id, container, output, signal);
    }
    if (signal.aborted) {
      this.#hanging.set(key, id);
      return { ok: true, exitCode: givenUp, output: "" };
    }
    return refused(container, opened);
  }

  /** Its exit code, once there is one. */
  async #end(
    key: string,
    id: string,
    container: string,
    output: string,
    signal: AbortSignal,
  ): Promise<FailureOr<ExecResult>> {
    while (!signal.aborted) {
      const answer = await this.#client.ask((api, abortSignal) => api.getExec(id).inspect({ abortSignal }), { signal });
      if (signal.aborted) break;
      if (answer.kind !== "answered") return refused(container, answer);
      const { Running, ExitCode } = answer.value;
      if (!Running) return { ok: true, exitCode: ExitCode ?? notFound, output: cleanOutput(output) };
      await sleep(endPollMs, signal, systemClock);
    }
    this.#hanging.set(key, id);
    return { ok: true, exitCode: givenUp, output };
  }

  async #hangs(key: string): Promise<boolean> {
    const id = this.#hanging.get(key);
    if (id === undefined) return false;
    const answer = await this.#client.ask((api, abortSignal) => api.getExec(id).inspect({ abortSignal }));
    if (answer.kind === "answered" && answer.value.Running) return true;
    this.#hanging.delete(key);
    return false;
  }
}

async function readOutput(stream: NodeJS.ReadableStream): Promise<string> {
  const tail = new OutputTail(outputBytes);
  const frames = new FrameSplitter();
  try {
    for await (const chunk of stream) for (const { bytes } of frames.push(chunk as Buffer)) tail.push(bytes);
  } catch {
    // Whether it was cut short, its exec tells.
  }
  return tail.text();
}

/** A program that is not there is how the command went, and no failure of the engine: older ones have it so, newer do not. */
function refused(container: string, answer: Exclude<Answer<unknown>, { kind: "answered" }>): FailureOr<ExecResult> {
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  const { refusal } = answer;
  if (/exec failed/.test(refusal.words)) return { ok: true, exitCode: notFound, output: cleanWords(refusal.words) };
  return { ok: false, failure: explainRefusal(container, refusal) };
}

function cleanOutput(output: string): string {
  return output.startsWith("OCI runtime exec failed") ? cleanWords(output) : output;
}
