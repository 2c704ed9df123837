import type { Selection } from "../../model/command.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { StrayPolicy } from "../../model/fleet.ts";

/** When a run is over, once all is ready. */
export type RunEnd =
  | { kind: "told" }
  /** At once; what was started goes on under its daemon. */
  | { kind: "ready" }
  /** With this command line, whose exit code is the run's. */
  | { kind: "command"; command: string }
  /** With the first end of a service, whose exit code is the run's; it may come before all is ready. */
  | { kind: "exit"; service: string };

export interface ForegroundOptions {
  origin: "headless" | "cli";
  select: Selection;
  noDeps: boolean;
  overrides: Record<string, string>;
  /** Where it is to differ from the config. */
  strays?: StrayPolicy;
  /** Whether what it starts follows its sources, where that is to differ from the config. */
  rerun?: boolean;
  /** When images are fetched, where that is to differ from the config. */
  pull?: PullPolicy;
  /** Services run in containers made of their binaries, whatever the config says. */
  inContainers?: boolean;
  /** Bounds the start. */
  timeoutMs: number;
  until: RunEnd;
  /** Aborted when nobody reads what the run prints any more: one without an end of its own is over then, once it is ready. */
  unread?: AbortSignal;
}
