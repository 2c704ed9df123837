import { render } from "ink";
import { systemClock } from "../lib/clock.ts";
import type { EngineClient } from "../model/client.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { Dashboard } from "./Dashboard.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { Session } from "./session.ts";
import { holdStderr } from "./terminal/hold-stderr.ts";
import { takeTerminal } from "./terminal/terminal.ts";
import { themeFor } from "./theme/theme.ts";

export interface DashboardOptions {
  client: EngineClient;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** Nothing is written to it while the dashboard is open; what was meant for it follows afterwards. */
  stderr: NodeJS.WriteStream;
  /** Decides about colours and signs. */
  env: Record<string, string | undefined>;
  /** This dashboard started the fleet: quitting proposes to stop it. */
  startedFleet: boolean;
  /** Goes with every start, restart and rebuild. */
  callerEnv: Record<string, string>;
  /** Start what has `autostart` as soon as it is open. */
  autoStart: boolean;
  /** What the caller knows of the fleet already, so that the first frame shows it. */
  snapshot?: FleetSnapshot;
  /** Closes the dashboard; what runs goes on. */
  signal?: AbortSignal;
}

/**
 * How a dashboard ended. `nothing-ran`: nothing was running when the user left. `interrupted`: by a signal (named), or by `error`, which is our
 * bug; with neither, by the caller's own abort.
 */
export interface DashboardOutcome {
  kind: "left-running" | "stopped" | "nothing-ran" | "interrupted";
  signal?: string;
  error?: unknown;
}

/** A key is on the screen 15 to 20 ms after it was pressed; the rate of data is bound by the session's ticker, not by this. */
const maxFps = 120;

/**
 * Shows the dashboard until the user leaves or something ends it. Never ends the process. Whatever happens, the terminal is given back before this
 * resolves: Ink is muted first, then the codes that restore the screen are written, then Ink is taken down.
 */
export async function runDashboard(options: DashboardOptions): Promise<DashboardOutcome> {
  const { stdin, stdout } = options;
  const letStderrGo = holdStderr(options.stderr);
  const terminal = takeTerminal(stdout, stdin);
  const { promise: left, resolve: leave } = Promise.withResolvers<DashboardOutcome>();
  const session = new Session({
    client: options.client,
    clock: systemClock,
    theme: themeFor(options.env),
    size: { columns: stdout.columns, rows: stdout.rows },
    startedFleet: options.startedFleet,
    callerEnv: options.callerEnv,
    autoStart: options.autoStart,
    snapshot: options.snapshot ?? null,
    canDraw: () => !terminal.isStalled(),
    onLeave: (kind) => leave({ kind }),
  });

  const onSignal = (signal: string) => leave({ kind: "interrupted", signal });
  const onError = (error: unknown) => leave({ kind: "interrupted", error });
  const onAbort = () => leave({ kind: "interrupted" });
  const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted === true) onAbort();

  const tree = (
    <ErrorBoundary onError={onError}>
      <Dashboard session={session} />
    </ErrorBoundary>
  );
  let isOpen = true;
  try {
    session.open();
    const ink = render(tree, {
      stdin,
      stdout: terminal.stdout,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps,
      alternateScreen: true,
      incrementalRendering: true,
      // Whoever calls this has a terminal; the rest of the environment (`CI`) does not matter.
      interactive: true,
    });
    terminal.onDrain(() => session.resume());
    terminal.onGone(() => onSignal("SIGHUP"));
    terminal.onResize(() => {
      session.resize(stdout.columns, stdout.rows);
      // Once React has drawn for the new size: a full repaint, since nobody knows what the terminal made of the old picture.
      setImmediate(() => {
        if (!isOpen) return;
        ink.clear();
        terminal.clear();
        ink.rerender(tree);
      });
    });
    const outcome = await left;
    isOpen = false;
    await terminal.restore();
    ink.unmount();
    return outcome;
  } catch (error) {
    await terminal.restore();
    return { kind: "interrupted", error };
  } finally {
    session.close();
    letStderrGo();
    for (const signal of signals) process.off(signal, onSignal);
    process.off("uncaughtException", onError);
    process.off("unhandledRejection", onError);
    options.signal?.removeEventListener("abort", onAbort);
  }
}
