import { processContext } from "./cli/process-context.ts";
import { runCli } from "./cli/run-cli.ts";
import { exitCodes } from "./lib/exit-codes.ts";
import { messageOf } from "./lib/message-of.ts";

const args = process.argv.slice(2);
const context = processContext();

// `orchestra logs | head` has read enough: there is nobody to tell, and what a run in the foreground started ends with its lease.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") void crash(error);
  // A verb that has more to leave behind than what it prints goes on without a reader, and listens itself.
  else if (process.stdout.listenerCount("error") === 1) process.exit(process.exitCode ?? exitCodes.ok);
});
process.stderr.on("error", () => {
  // There is nowhere else to say it.
});
process.on("uncaughtException", (error) => {
  // The dashboard has to give the terminal back first, and hands the error on.
  if (process.listenerCount("uncaughtException") === 1) void crash(error);
});

try {
  process.exit(await runCli(args, context));
} catch (error) {
  await crash(error);
}

async function crash(error: unknown): Promise<never> {
  const { writeCrashReport } = await import("./cli/crash-report.ts");
  const file = writeCrashReport(error, args, context.cwd);
  const what = messageOf(error);
  context.stderr.write(
    `a bug in Orchestra: ${what}\n  ${file === null ? "the report could not be written" : `the report is in ${file}`}\n`,
  );
  process.exit(exitCodes.bug);
}
