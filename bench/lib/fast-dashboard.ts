/*
 * The built dashboard on an engine that makes up log lines as fast as they are read: a flood in fast motion. Draws as
 * often as keys ask for it, each of which is a frame. Started by fast-motion.ts in a terminal of its own.
 */
import type { EngineClient } from "../../src/model/client.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../src/model/log.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import type { DashboardOptions, DashboardOutcome } from "../../src/ui/run-dashboard.tsx";
import { sampleFleet, sampleService } from "../../test/helpers/fleet-samples.ts";

const built: string = new URL("../../dist/dashboard.js", import.meta.url).href;
const { runDashboard } = (await import(built)) as {
  runDashboard(options: DashboardOptions): Promise<DashboardOutcome>;
};

const names = ["s0", "s1", "s2", "s3"];
const snapshot: FleetSnapshot = sampleFleet(names.map((name) => sampleService(name)));
/** A terabyte of lines that are nowhere: each is made of its number. */
const newest = 1e9;

function lineAt(number: number): LogLine {
  return {
    unit: `${names[number % names.length]}#1` as LogLine["unit"],
    generation: 1,
    offset: number * 60,
    at: Date.now(),
    stream: "out",
    kind: "line",
    text: `\u001b[3${number % 7}mline ${number}\u001b[0m of a flood that does not end, with a number ${number * 7919}`,
    isPartial: false,
    cutBytes: 0,
  };
}

const cursor = (number: number): LogCursor => String(number) as LogCursor;

async function readLogs(query: LogQuery): Promise<LogPage> {
  // A page in the time that one takes.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const count = Math.min(query.limit, 2_000);
  const from = query.from === "start" ? 0 : query.from === "end" ? newest : Number(query.from);
  const first = query.direction === "forward" ? from : Math.max(0, from - count);
  const lines = Array.from({ length: count }, (_, i) => lineAt(first + i));
  const [before, after] = [cursor(first), cursor(first + count)];
  return { lines, before, after, atStart: first === 0, atEnd: false, skippedBytes: 60_000 };
}

const client: EngineClient = {
  snapshot: async () => snapshot,
  subscribe: (listener) => {
    listener({ kind: "snapshot", snapshot });
    return { close: () => {} };
  },
  send: async () => ({ ok: true, units: [], services: [], revision: 1, notes: [], hooksFollow: false }),
  readLogs,
  watchUsage: () => ({ close: () => {} }),
  inspect: async () => null,
  reveal: async () => null,
  findStrays: async () => [],
  close: async () => {},
};

const { stdin, stdout, stderr, env } = process;
await runDashboard({ client, stdin, stdout, stderr, env, startedFleet: false, callerEnv: {}, autoStart: false });
process.exitCode = 0;
