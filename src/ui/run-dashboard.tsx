import { render } from "ink";
import type { ReactElement } from "react";
import { systemClock } from "../lib/clock.ts";
import { Dashboard } from "./Dashboard.tsx";
import type { DashboardSettings } from "./dashboard-settings.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { FirstRunSession } from "./first-run-session.ts";
import { LiveLook } from "./live-look.ts";
import type { Look } from "./look.ts";
import { FirstRunScreen } from "./panes/welcome/FirstRunScreen.tsx";
import { Session } from "./session.ts";
import type { FleetDoor, OpenedFleet, Trouble } from "./state/first-run.ts";
import { BackgroundAnswer, backgroundQuestion } from "./terminal/background-answer.ts";
import { holdStderr } from "./terminal/hold-stderr.ts";
import { Lending, type OpenExternal } from "./terminal/lending.ts";
import type { MouseEvent } from "./terminal/mouse.ts";
import { readKeyboard } from "./terminal/read-keyboard.ts";
import { TerminalSuspender } from "./terminal/TerminalSuspender.tsx";
import { takeTerminal } from "./terminal/terminal.ts";
import { viewerCommand } from "./terminal/viewer-command.ts";

/** Where a dashboard is shown, and what it needs of the world beside a fleet. */
export interface ScreenOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** Nothing is written to it while the dashboard is open; what was meant for it follows afterwards. */
  stderr: NodeJS.WriteStream;
  /** Decides about colours and signs. */
  env: Record<string, string | undefined>;
  settings?: DashboardSettings;
  /** Tells the settings anew whenever they may have changed; the result ends that. */
  watchSettings?: (onRead: (settings: DashboardSettings) => void) => () => void;
  /** For a person who has the screen read aloud: text in reading order, nothing that is only drawn. */
  isScreenReader?: boolean;
  /** Goes with every start, restart and rebuild. */
  callerEnv: Record<string, string>;
  /** Starts a daemon where none runs; the result says what went wrong, null where nothing did. */
  startDaemon?: () => Promise<string | null>;
  /** Closes the dashboard; what runs goes on. */
  signal?: AbortSignal;
  /** Runs the user's pager or editor on this terminal; without it logs are not opened. */
  openExternal?: OpenExternal;
}

export type DashboardOptions = ScreenOptions & OpenedFleet;

/** What is shown first: a fleet, or why there is none. */
type Beginning = { fleet: OpenedFleet } | { door: FleetDoor; trouble: Trouble };

/**
 * How a dashboard ended. `nothing-ran`: nothing was running when the user left. `interrupted`: by a signal (named), or by `error`, which is our
 * bug; with neither, by the caller's own abort. `not-opened`: the user left before there was a fleet.
 */
export interface DashboardOutcome {
  kind: "left-running" | "stopped" | "nothing-ran" | "not-opened" | "interrupted";
  signal?: string;
  error?: unknown;
}

const cannotOpen: OpenExternal = () => Promise.reject(new Error("there is nothing to open it with here"));

/** What has the screen: the dashboard, or what is there before it. */
interface Stage {
  session: {
    open(): void;
    close(): void;
    resize(columns: number, rows: number): void;
    setLook(look: Look): void;
    resume(): void;
    mouse?(event: MouseEvent): void;
  };
  element: ReactElement;
}

/** A key is on the screen 15 to 20 ms after it was pressed; the rate of data is bound by the session's ticker, not by this. */
const maxFps = 120;

/**
 * Shows the dashboard until the user leaves or something ends it. Never ends the process. Whatever happens, the terminal is given back before this
 * resolves: Ink is muted first, then the codes that restore the screen are written, then Ink is taken down.
 */
export function runDashboard(options: DashboardOptions): Promise<DashboardOutcome> {
  return runScreen(options, { fleet: options });
}

/** The same where there is no fleet to show yet: says why, and becomes the dashboard once there is one. */
export function runFirstRun(options: ScreenOptions & { door: FleetDoor; trouble: Trouble }): Promise<DashboardOutcome> {
  return runScreen(options, options);
}

async function runScreen(options: ScreenOptions, beginning: Beginning): Promise<DashboardOutcome> {
  const { stdin, stdout } = options;
  const letStderrGo = holdStderr(options.stderr);
  const terminal = takeTerminal(stdout, stdin);
  const { promise: left, resolve: leave } = Promise.withResolvers<DashboardOutcome>();
  let repaint = ignore;
  const lending = new Lending(terminal, options.openExternal ?? cannotOpen);
  const { env, settings } = options;
  const isReadAloud = options.isScreenReader ?? env.INK_SCREEN_READER === "true";
  const look = new LiveLook({ env, settings, isReadAloud, onChange: (changed) => stage.session.setLook(changed) });
  const canDraw = () => !lending.isLent && !terminal.isStalled();
  const sizeNow = () => ({ columns: stdout.columns, rows: stdout.rows });

  const dashboardOf = (fleet: OpenedFleet): Stage => {
    const session: Session = new Session({
      client: fleet.client,
      clock: systemClock,
      ...look.current,
      isReadAloud,
      size: sizeNow(),
      startedFleet: fleet.startedFleet,
      callerEnv: options.callerEnv,
      autoStart: fleet.autoStart,
      snapshot: fleet.snapshot ?? null,
      ...(options.startDaemon === undefined ? {} : { startDaemon: options.startDaemon }),
      outlet: {
        write: (codes) => terminal.stdout.write(codes),
        view: async (path) => {
          await lending.run(viewerCommand(path, env)).finally(() => repaint());
        },
      },
      canDraw,
      onLeave: (kind) => leave({ kind }),
    });
    return { session, element: <Dashboard session={session} /> };
  };
  const firstRunOf = (door: FleetDoor, trouble: Trouble): Stage => {
    const session = new FirstRunSession({
      door,
      trouble,
      clock: systemClock,
      look: look.current,
      size: sizeNow(),
      canDraw,
      onOpened: (fleet) => show(dashboardOf(fleet)),
      onLeave: () => leave({ kind: "not-opened" }),
    });
    return { session, element: <FirstRunScreen session={session} /> };
  };

  const onSignal = (signal: string) => {
    // A ctrl-c that is meant for the program that has the terminal reaches us too.
    if (signal !== "SIGINT" || !lending.isLent) leave({ kind: "interrupted", signal });
  };
  const onError = (error: unknown) => leave({ kind: "interrupted", error });
  const onAbort = () => leave({ kind: "interrupted" });
  const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted === true) onAbort();

  const treeOf = ({ element }: Stage) => (
    <ErrorBoundary onError={onError}>
      {element}
      <TerminalSuspender onReady={lending.setSuspend} />
    </ErrorBoundary>
  );
  let redraw = ignore;
  const show = (next: Stage) => {
    if (!isOpen) return;
    stage.session.close();
    stage = next;
    stage.session.open();
    redraw();
  };
  let isOpen = true;
  let stage = "fleet" in beginning ? dashboardOf(beginning.fleet) : firstRunOf(beginning.door, beginning.trouble);
  const background =
    stdin.isTTY && stdout.isTTY && look.asksForBackground
      ? new BackgroundAnswer(systemClock, (told) => look.backgroundTold(told))
      : null;
  let hasMouse = false;
  const giveMouse = (isWanted: boolean) => {
    if (isWanted && !hasMouse) terminal.takeMouse();
    hasMouse ||= isWanted;
  };
  let unwatch = ignore;
  try {
    stage.session.open();
    // Ink does so after its first frame: a ctrl-c in between would be a signal, and not the key that the frame promises.
    if (stdin.isTTY) stdin.setRawMode(true);
    if (background !== null) terminal.stdout.write(backgroundQuestion);
    const ink = render(treeOf(stage), {
      stdin: readKeyboard(stdin, {
        onMouse: (event) => stage.session.mouse?.(event),
        isAltKey: (key) => look.isBound(key),
        background,
      }),
      stdout: terminal.stdout,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps,
      alternateScreen: true,
      incrementalRendering: true,
      // Whoever calls this has a terminal; the rest of the environment (`CI`) does not matter.
      interactive: true,
      isScreenReaderEnabled: isReadAloud,
    });
    giveMouse(settings?.mouse === true);
    unwatch =
      options.watchSettings?.((read) => {
        look.settingsRead(read);
        giveMouse(read.mouse);
      }) ?? ignore;
    redraw = () => ink.rerender(treeOf(stage));
    terminal.onDrain(() => stage.session.resume());
    terminal.onGone(() => onSignal("SIGHUP"));
    repaint = () => {
      if (!isOpen || lending.isLent) return;
      stage.session.resize(stdout.columns, stdout.rows);
      // Once React has drawn for the new size: a full repaint, since nobody knows what the terminal made of the old picture.
      setImmediate(() => {
        if (!isOpen || lending.isLent) return;
        ink.clear();
        terminal.clear();
        redraw();
      });
    };
    terminal.onResize(repaint);
    const outcome = await left;
    isOpen = false;
    await lending.end();
    // Else the answer would be for the shell.
    await background?.settled;
    await terminal.restore();
    ink.unmount();
    return outcome;
  } catch (error) {
    await terminal.restore();
    return { kind: "interrupted", error };
  } finally {
    isOpen = false;
    stage.session.close();
    unwatch();
    background?.close();
    letStderrGo();
    for (const signal of signals) process.off(signal, onSignal);
    process.off("uncaughtException", onError);
    process.off("unhandledRejection", onError);
    options.signal?.removeEventListener("abort", onAbort);
  }
}

function ignore(): void {}
