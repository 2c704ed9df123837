import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { Selection } from "../model/command.ts";
import type { CliContext } from "./cli-context.ts";
import { Interruption } from "./interruption.ts";
import { openLogSource } from "./open-log-source.ts";
import { LogPrinter } from "./output/log-printer.ts";
import { followLogs, type LogFilter, readTail, readToEnd } from "./read-log-pages.ts";

/** What `orchestra logs` is asked. */
export interface LogsRun {
  select: Selection;
  filter: Omit<LogFilter, "units">;
  /** Null: all lines. */
  tail: number | null;
  follows: boolean;
  timestamps: boolean;
  json: boolean;
}

/** Prints logs, from the daemon or, where none runs, from the files. */
export async function runLogs(context: CliContext, run: LogsRun): Promise<number> {
  const source = await openLogSource(context, run.select);
  const printer = new LogPrinter({
    output: context.stdout,
    timestamps: run.timestamps,
    json: run.json,
    showsRuns: true,
    isRaw: !context.stdout.isTty,
  });
  const interruption = new Interruption(context);
  try {
    const filter: LogFilter = { ...run.filter, units: source.units };
    printer.nameVendors(source.vendors);
    printer.widen(source.nameWidth);
    const print = printer.print.bind(printer);
    let after = null;
    if (run.tail === null) after = await readToEnd(source.logs, filter, "start", print);
    else {
      const tail = await readTail(source.logs, filter, run.tail);
      print(tail.lines);
      after = tail.after;
    }
    if (!run.follows) return exitCodes.ok;
    await followLogs(source.logs, filter, after, print, interruption.signal);
    return exitCodes.ok;
  } catch (error) {
    // The daemon ended: so did what it ran, or it goes on without anybody to tell of it.
    if (run.follows && error instanceof Abort && error.exitCode === exitCodes.unreachable) {
      context.stderr.write("the daemon ended\n");
      return exitCodes.ok;
    }
    throw error;
  } finally {
    interruption.end();
    await source.close();
  }
}
