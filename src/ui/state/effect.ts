import type { Command } from "../../model/command.ts";

/** What `update` wants done; only the session does things. */
export type Effect =
  | { kind: "send"; command: Command /** `start gateway`, for messages. */; label: string }
  | { kind: "readOlderLogs" }
  | { kind: "readNewerLogs" }
  | { kind: "readFirstLogs" }
  /** Looks through the log on disk, before (-1) or after (1) what is in the buffer; `matchFound` answers. */
  | { kind: "findMatch"; step: -1 | 1 }
  | { kind: "stopFinding" }
  /** Puts lines, by number, into the clipboard. */
  | { kind: "copyLines"; from: number; to: number }
  /** Opens the log that is shown in the user's pager or editor. */
  | { kind: "openLog" }
  | { kind: "say"; level: "info" | "warning" | "error"; text: string }
  /** Of the unit whose details are open. */
  | { kind: "revealVariable"; variable: string }
  | { kind: "lookForStrays" }
  | { kind: "startDaemon" }
  | { kind: "leave"; outcome: "left-running" | "stopped" | "nothing-ran" };
