import { randomUUID } from "node:crypto";
import { exitCodes } from "../lib/exit-codes.ts";
import type { EngineClient } from "../model/client.ts";
import type { CliContext, Interrupt } from "./cli-context.ts";
import { interruptExitCode } from "./interrupt-exit-code.ts";
import { hasRecordedWish, readLivingUnits } from "./offline-state.ts";
import { openFleet } from "./open-fleet.ts";

/** Opens the dashboard and stays until it is left. `starts`: what has `autostart` is started where nobody has asked for anything yet. */
export async function openDashboard(context: CliContext, options: { starts: boolean }): Promise<number> {
  const { root, client, startedDaemon } = await openFleet(context);
  try {
    // Asked at once, so that a daemon of another version is a message and no empty dashboard.
    const snapshot = await client.snapshot();
    const isWanted = hasRecordedWish(root) || snapshot.services.some((s) => s.wanted === "running");
    const autoStart = options.starts && !isWanted;
    const { runDashboard } = await import("../ui/run-dashboard.tsx");
    const outcome = await runDashboard({
      client,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: context.env,
      startedFleet: autoStart,
      callerEnv: context.env,
      autoStart,
      snapshot,
    });
    switch (outcome.kind) {
      case "interrupted":
        if (outcome.error !== undefined) throw outcome.error;
        return outcome.signal === undefined ? exitCodes.ok : interruptExitCode(outcome.signal as Interrupt);
      case "nothing-ran":
        // A daemon that was only there for this dashboard.
        if (startedDaemon && readLivingUnits(root).length === 0) await takeDown(client);
        return exitCodes.ok;
      case "left-running":
        context.stderr.write("left running; look: orchestra ps      end it: orchestra down\n");
        return exitCodes.ok;
      case "stopped":
        return exitCodes.ok;
    }
  } finally {
    await client.close();
  }
}

async function takeDown(client: EngineClient): Promise<void> {
  await client.send({
    command: { kind: "down" },
    origin: "cli",
    callerEnv: null,
    lease: null,
    commandId: randomUUID(),
  });
}
