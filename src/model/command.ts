import type { Origin } from "./cause.ts";
import type { PullPolicy } from "./container.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { StrayPolicy } from "./fleet.ts";
import type { UnitId } from "./ids.ts";
import type { StrayId } from "./stray.ts";

/** What a verb is about: names as typed (`api`, `api#2`, `@core`, `~web`), nothing for all. */
export interface Selection {
  names: string[];
  except: string[];
}

/** What a person may decide about a stray. */
export type StrayAction = "stop" | "adopt" | "ignore";

/** What a client may ask of the engine. Idempotent: asking for what already is changes nothing. */
export type Command =
  /** `strays`: what is done with strays of what is started, where that is to differ from the config. */
  | {
      kind: "start";
      select: Selection;
      noDeps: boolean;
      overrides: Record<string, string>;
      strays?: StrayPolicy;
      /** Whether they follow their sources, where that is to differ from the config; stays so until `down`. */
      rerun?: boolean;
      /** They run in containers made of their binaries, whatever the config says; what has no binary runs as before. */
      inContainers?: boolean;
      /** When images are fetched, where that is to differ from the config. */
      pull?: PullPolicy;
    }
  | { kind: "stop"; select: Selection }
  | { kind: "kill"; select: Selection }
  | { kind: "restart"; select: Selection; noDeps: boolean; overrides: Record<string, string> }
  /** SIGSTOP and SIGCONT to the group of each; a paused unit is not probed. */
  | { kind: "pause"; select: Selection }
  | { kind: "resume"; select: Selection }
  | { kind: "build"; select: Selection }
  | { kind: "rebuild"; select: Selection }
  | { kind: "scale"; service: string; change: { to: number } | { by: number } }
  /** Whether services follow their sources; `now` builds and replaces at once, as if something had changed. */
  | { kind: "rerun"; select: Selection; to: "on" | "off" | "toggle" | "now"; test?: boolean }
  /** The program that ran before the one that runs now, again; it stays until the next good build. */
  | { kind: "goBack"; select: Selection }
  /** What is to become of these strays (none: all that are asked about). `adopt` makes replicas of them. */
  | { kind: "strays"; action: StrayAction; ids: StrayId[] }
  /** Stop everything, forget live scale and wanted state, end the daemon. */
  | { kind: "down" };

export interface CommandRequest {
  command: Command;
  origin: Origin;
  /** The caller's whole environment, for start, restart, build and hooks; null keeps that of the last start. */
  callerEnv: Record<string, string> | null;
  /** Names a headless run; what it starts is stopped when its subscription ends. */
  lease: string | null;
  /** Chosen by the caller; hook output of this command carries it. */
  commandId: string;
}

/** Why a command was not carried out; always the caller's to mend. `message` is complete. */
export type CommandError =
  | { kind: "unknown-name"; message: string; suggestion: string | null }
  | { kind: "config"; message: string; diagnostics: Diagnostic[] }
  | { kind: "hook-failed"; message: string; hook: string; exitCode: number }
  | { kind: "refused"; message: string }
  /** The fleet is being taken down. */
  | { kind: "stopping"; message: string };

export type CommandReply =
  | {
      ok: true;
      /** The units that the command is about, dependencies that it brought in included. */
      units: UnitId[];
      services: string[];
      /** State at or after this revision reflects the command. */
      revision: number;
      /** Things worth saying that are no mistake. */
      notes: string[];
      /** `after` hooks run once the units have settled; a `commandFinished` event says when they are done. */
      hooksFollow: boolean;
    }
  | { ok: false; error: CommandError };
