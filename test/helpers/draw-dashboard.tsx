import { onTestFinished } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { Dashboard } from "../../src/ui/Dashboard.tsx";
import { type Leaving, Session } from "../../src/ui/session.ts";
import { themeFor } from "../../src/ui/theme/theme.ts";
import type { FakeClient } from "./fake-client.ts";
import { type SizedRender, sizedRender } from "./sized-render.tsx";

type SessionOptions = ConstructorParameters<typeof Session>[0];

interface DrawOptions extends Partial<Omit<SessionOptions, "client" | "clock" | "theme" | "size" | "onLeave">> {
  size: [columns: number, rows: number];
  /** What the terminal says about itself. */
  env?: Record<string, string>;
  /** The session is opened, as it is unless the test does so itself. */
  isOpen?: boolean;
}

/** A dashboard in memory, and how it was left. */
export interface DrawnDashboard {
  client: FakeClient;
  session: Session;
  screen: SizedRender;
  left: Leaving[];
}

/** Draws a dashboard over a fake engine into memory; all of it is closed once the test is over. */
export function drawDashboard(client: FakeClient, options: DrawOptions): DrawnDashboard {
  const { size, env, isOpen = true, ...others } = options;
  const [columns, rows] = size;
  const left: Leaving[] = [];
  const session = new Session({
    client,
    clock: systemClock,
    theme: themeFor({ TERM: "xterm", ...env }),
    size: { columns, rows },
    startedFleet: false,
    callerEnv: {},
    autoStart: false,
    snapshot: null,
    canDraw: () => true,
    onLeave: (how) => left.push(how),
    ...others,
  });
  const screen = sizedRender(<Dashboard session={session} />, columns, rows);
  if (isOpen) session.open();
  onTestFinished(() => {
    session.close();
    screen.unmount();
    void client.close();
  });
  return { client, session, screen, left };
}
