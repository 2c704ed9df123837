import type { Readable } from "node:stream";
import type { Failure } from "../../model/failure.ts";
import { commandGraceMs } from "./command-grace.ts";
import type { OrphanGuard } from "./orphan-guard/orphan-guard.ts";
import { OutputTail } from "./output-tail.ts";
import { errnoOfFailedSpawn, explainSpawnFailure } from "./spawn-failure.ts";
import { type SpawnedProcess, trackChild } from "./spawn-process.ts";
import { Terminator } from "./terminator.ts";

/** How a command is ended from outside. */
export interface CommandControl {
  /** Ends it, with its whole process tree. */
  signal?: AbortSignal;
  /** Where `signal` has ended it: kills what is left of it at once. */
  kill?: AbortSignal;
  /** Ends it where this process dies before it. */
  guard?: OrphanGuard;
}

/** A command that is expected to end: a build, a hook, an exec probe. */
export interface CommandRunRequest extends CommandControl {
  /** A text for `sh -c`, or a program with its arguments. */
  command: string | { file: string; args: readonly string[] };
  cwd: string;
  /** All of its environment. */
  env: Readonly<Record<string, string>>;
  /** Null: as long as it takes. */
  timeoutMs: number | null;
  /** Output as it comes, both streams, whole characters. */
  onOutput?: (chunk: string) => void;
  /** How much of the end of the output is kept; 256 kB unless given. */
  maxOutputBytes?: number;
  /** How much to step back behind other work, 0 to 19. */
  nice?: number;
}

/** How it went. Exactly one of `exitCode`, `signal` and `failure` is not null, but for one that was aborted before it began. */
export interface CommandResult {
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  aborted: boolean;
  /** The end of both streams, in the order it came. */
  output: string;
  /** Bytes of output before that. */
  droppedBytes: number;
  durationMs: number;
  /** Only where it could not be started. */
  failure: Failure | null;
}

const defaultOutputBytes = 256 * 1024;

/**
 * A command that has ended may leave a background process behind that holds its output open for ever; what was written
 * is read until nothing came for this long.
 */
const quietOutputMs = 100;

const terminator = new Terminator();

/** Runs a command to its end, at the latest to its timeout. Never rejects. */
export async function runCommand(request: CommandRunRequest): Promise<CommandResult> {
  const { cwd, env } = request;
  const { file, args } = programOf(request);
  const tail = new OutputTail(request.maxOutputBytes ?? defaultOutputBytes);
  const started = performance.now();
  const run: CommandResult = {
    exitCode: null,
    signal: null,
    timedOut: false,
    aborted: request.signal?.aborted === true,
    output: "",
    droppedBytes: 0,
    durationMs: 0,
    failure: null,
  };
  if (run.aborted) return run;
  // Loaded when the first command is run: the daemon's start-up does not wait for it.
  const { execa } = await import("execa");
  const subprocess = execa(file, [...args], {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: isGated(request) ? "pipe" : "ignore",
  });
  subprocess.stdin?.on("error", () => {});
  if (subprocess.pid === undefined) {
    const result = await subprocess;
    run.failure = explainSpawnFailure({ file, cwd, env }, result.code ?? errnoOfFailedSpawn({ file, cwd, env }));
    return run;
  }
  const child = trackChild(subprocess.nodeChildProcess, subprocess.pid);
  const release = request.guard?.watch(child.identity);
  subprocess.stdin?.end("\n");
  const outputs = [subprocess.stdout, subprocess.stderr].map((stream) => follow(stream, tail, request.onOutput));
  const cancel = endEarly(child, request, run);
  const exit = await child.exited;
  await cancel();
  release?.();
  await Promise.all(outputs.map((output) => output.drain()));
  if (exit.kind === "code") run.exitCode = exit.code;
  if (exit.kind === "signal") run.signal = exit.signal;
  run.output = tail.text();
  run.droppedBytes = tail.droppedBytes;
  run.durationMs = performance.now() - started;
  return run;
}

/**
 * A guarded command begins once it is known to its guard: else it would be nobody's, if we were killed in between. It reads a
 * line, which is its word to go; at the end of its input there is nobody left who could give it.
 */
const gate = 'IFS= read -r _ || exit 1; exec /bin/sh -c "$1" </dev/null';

function isGated({ guard, command }: CommandRunRequest): boolean {
  return guard !== undefined && typeof command === "string";
}

/**
 * What is executed. `nice` becomes the program, so that all of its threads and children step back: a priority that is set
 * once it runs is that of its first thread alone.
 */
function programOf(request: CommandRunRequest): { file: string; args: readonly string[] } {
  const { command, nice } = request;
  const shell = (text: string): string[] => (isGated(request) ? ["-c", gate, "sh", text] : ["-c", text]);
  const program = typeof command === "string" ? { file: "/bin/sh", args: shell(command) } : command;
  return nice === undefined ? program : { file: "nice", args: ["-n", String(nice), program.file, ...program.args] };
}

/** Arms timeout and abort; the result disarms them, and resolves when a tree that was to end has ended. */
function endEarly(child: SpawnedProcess, request: CommandRunRequest, run: CommandResult): () => Promise<void> {
  let ended: Promise<unknown> = Promise.resolve();
  let onKill = (): void => {};
  let timer: NodeJS.Timeout | null = null;
  const end = (reason: "timedOut" | "aborted"): void => {
    disarm();
    run[reason] = true;
    const { identity } = child;
    const target = {
      identity,
      child,
      held: null,
      markers: null,
      ports: [],
      signal: "SIGTERM",
      graceMs: commandGraceMs,
    };
    const termination = terminator.terminate({ ...target, detachedChildren: "stop" });
    ended = termination.done;
    onKill = () => termination.kill();
    request.kill?.addEventListener("abort", onKill);
    if (request.kill?.aborted === true) onKill();
  };
  const onAbort = (): void => end("aborted");
  const disarm = (): void => {
    if (timer !== null) clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
  };
  if (request.timeoutMs !== null) timer = setTimeout(() => end("timedOut"), request.timeoutMs);
  request.signal?.addEventListener("abort", onAbort);
  if (request.signal?.aborted === true) onAbort();
  return async () => {
    disarm();
    await ended;
    request.kill?.removeEventListener("abort", onKill);
  };
}

/** Reads a stream into the tail; `drain` resolves at its end, or once it is quiet. */
function follow(stream: Readable, tail: OutputTail, onOutput?: (chunk: string) => void): { drain(): Promise<void> } {
  const decoder = new TextDecoder();
  let onChunk = (): void => {};
  stream.on("error", () => {});
  stream.on("data", (chunk: Buffer) => {
    tail.push(chunk);
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") onOutput?.(text);
    onChunk();
  });
  const drain = (): Promise<void> =>
    new Promise((resolve) => {
      if (stream.readableEnded || stream.destroyed) return resolve();
      let timer: NodeJS.Timeout;
      const finish = (): void => {
        clearTimeout(timer);
        onChunk = () => {};
        stream.destroy();
        resolve();
      };
      timer = setTimeout(finish, quietOutputMs);
      onChunk = () => timer.refresh();
      stream.once("end", finish);
    });
  return { drain };
}
