import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../config/duration.ts";
import type { Selection } from "../model/command.ts";

/** What the options of a verb that takes names come to. */
export interface SelectionOptions {
  except?: string[];
}

/** Adds `[names...]` and `--except`. */
export function addSelection(command: Command): Command {
  return command
    .argument("[names...]", "services, name#replica or @profile; nothing means all")
    .option("-x, --except <name>", "leave a service or @profile out (also ~name); may be given again", collect);
}

/** The selection of a verb that takes names. */
export function selectionOf(names: readonly string[], options: SelectionOptions): Selection {
  return {
    names: names.filter((name) => !name.startsWith("~")),
    except: [...names.filter((name) => name.startsWith("~")).map((name) => name.slice(1)), ...(options.except ?? [])],
  };
}

/** Adds `-e K=V`. */
export function addOverrides(command: Command): Command {
  return command.option("-e, --env <K=V>", "set a variable for what is started; may be given again", collectPair);
}

/** Adds `--strays`. */
export function addStrays(command: Command, prefix = ""): Command {
  return command.addOption(
    new Option(
      "--strays <policy>",
      `${prefix}what to do with processes that may be a service already (else as orchestra.yml says)`,
    ).choices(["ask", "stop", "adopt", "ignore"]),
  );
}

/** Adds `--wait-timeout`. */
export function addWaitTimeout(command: Command, defaultText: string): Command {
  return command.option("--wait-timeout <duration>", `how long to wait, as 90s or 5m (${defaultText})`, durationOption);
}

/** Adds `--json`. */
export function addJson(command: Command, what: string): Command {
  return command.option("--json", what);
}

/** Adds examples at the end of the help text. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  const title = examples.length === 1 ? "Example" : "Examples";
  return command.addHelpText("after", `\n${title}:\n${examples.map((e) => `  $ ${e}\n`).join("")}`.trimEnd());
}

/** A duration as an option's value: milliseconds, at least 1. */
export function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < 1) throw new InvalidArgumentError("a duration is written 300ms, 10s, 5m or 2h.");
  return ms;
}

/** A whole number, at least 0, as an option's value. */
export function countOption(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("it takes a whole number.");
  return Number(text);
}

/** Gathers the values of an option that may be given again; one value may hold several, with commas between. */
function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), ...value.split(",").filter((part) => part !== "")];
}

function collectPair(text: string, earlier: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new InvalidArgumentError("a variable is written NAME=value.");
  return { ...earlier, [name]: text.slice(at + 1) };
}
