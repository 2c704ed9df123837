import type { Command } from "../../model/command.ts";

/** What `update` wants done; only the session does things. */
export type Effect =
  | { kind: "send"; command: Command /** `start gateway`, for messages. */; label: string }
  | { kind: "readOlderLogs" }
  | { kind: "readNewerLogs" }
  | { kind: "readFirstLogs" }
  | { kind: "leave"; outcome: "left-running" | "stopped" | "nothing-ran" };
