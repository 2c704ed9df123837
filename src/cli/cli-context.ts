import type { Clock } from "../lib/clock.ts";
import type { EngineClient } from "../model/client.ts";
import type { Output } from "./output/output.ts";

/** The signals by which a verb is told to end. */
export type Interrupt = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Everything outside that a verb may touch, so that tests can give it a world of their own. */
export interface CliContext {
  cwd: string;
  /** The caller's environment. */
  env: Record<string, string>;
  stdout: Output;
  stderr: Output;
  /** True where both ends are a terminal, so that a dashboard can be shown. */
  isInteractive: boolean;
  clock: Clock;
  daemons: Daemons;
  /** Tells each interrupt from now on; the result ends that, and gives the signals their usual meaning back. */
  onInterrupt(listener: (interrupt: Interrupt) => void): () => void;
  /**
   * Nobody reading standard output any more (`| head`) ends the program, but not from now on: it is told instead, and what
   * is written is lost.
   */
  onReaderGone(listener: () => void): void;
  /** What the program will exit with; set by the verb. */
  exitCode: number;
}

/** How a verb reaches the daemon of a fleet. */
export interface Daemons {
  /** Null where none runs. */
  connect(root: string): Promise<EngineClient | null>;
  /** Starts one where none runs. */
  ensure(root: string): Promise<{ client: EngineClient; started: boolean }>;
  /** Resolves once no daemon of the fleet is there; false where one still is after the limit. */
  waitUntilGone(root: string, limitMs: number): Promise<boolean>;
}
