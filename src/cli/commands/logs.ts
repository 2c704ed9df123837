import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addExamples, addJson, addSelection, countOption, selectionOf } from "../options.ts";
import { parseSince } from "../parse-since.ts";
import { runLogs } from "../run-logs.ts";
import type { Verb } from "../verb.ts";

interface LogsOptions {
  except?: string[];
  follow?: boolean;
  tail?: number;
  since?: string;
  grep?: string;
  ignoreCase?: boolean;
  timestamps?: boolean;
  run?: number;
  json?: boolean;
}

export const logs: Verb = (command, context) => {
  const examples = ["orchestra logs gateway -f", "orchestra logs --since 10m --grep 'timeout|refused' -t"];
  defineLogs(command, context, examples, async (names) => names);
};

/** What `logs` takes and does. `chosen`: what the names that were typed stand for. */
export function defineLogs(
  command: Command,
  context: CliContext,
  examples: readonly string[],
  chosen: (names: readonly string[]) => Promise<readonly string[]>,
): void {
  addSelection(command)
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --tail <lines>", "only the last lines", countOption)
    .option("--since <time>", "nothing older: 10m, or 2026-01-31T12:00")
    .option("-g, --grep <expression>", "only lines that match a JavaScript regular expression")
    .option("-i, --ignore-case", "match capital and small letters alike")
    .option("-t, --timestamps", "show when each line was written")
    .option("--run <number>", "only this run of one replica, as the separators number them", countOption);
  addJson(command, "print one JSON object a line");
  addExamples(command, examples);
  command.action(async (names: string[], options: LogsOptions, self: Command) => {
    const since = options.since === undefined ? null : parseSince(options.since, context.clock.now());
    if (options.since !== undefined && since === null) {
      self.error("--since takes a duration (10m) or a time (2026-01-31T12:00)");
    }
    if (options.grep !== undefined && !isExpression(options.grep))
      self.error(`--grep: "${options.grep}" is no regular expression`);
    if (options.run !== undefined && (names.length !== 1 || !/#\d+$/.test(names[0] ?? ""))) {
      self.error("--run takes the run of one replica: orchestra logs api#1 --run 3");
    }
    context.exitCode = await runLogs(context, {
      select: selectionOf(await chosen(names), options),
      filter: {
        ...(options.grep === undefined ? {} : { grep: options.grep }),
        ...(options.ignoreCase === true ? { ignoreCase: true } : {}),
        ...(since === null ? {} : { since }),
        ...(options.run === undefined ? {} : { generation: options.run }),
      },
      tail: options.tail ?? null,
      follows: options.follow === true,
      timestamps: options.timestamps === true,
      json: options.json === true,
    });
  });
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
