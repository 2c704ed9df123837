import { linuxSystem } from "./linux-system.ts";
import { MacosSystem } from "./macos-system.ts";
import type { ProcessSystem } from "./process-system.ts";

/** The machine that this program runs on. */
export const system: ProcessSystem = process.platform === "darwin" ? new MacosSystem() : linuxSystem;
