import type { Argument, Command, Option } from "commander";

/** One thing that the word under the cursor can become. */
export interface Candidate {
  value: string;
  description: string;
  /** Only there for the name of a vendor. */
  isVendor?: true;
}

/** Instead of candidates: the shell's own completion of file names. */
export const filesWanted = ":files";

/** What names can be typed for, other than all: replicas where there are several, profiles with their `@`. */
export type LiveNames = () => Promise<Candidate[]>;

/** Arguments and options whose values are names of the fleet. */
const namedByFleet: ReadonlySet<string> = new Set(["names", "name", "service", "change", "target"]);
const goals = ["ready", "started", "stopped", "completed"];

/**
 * What the last of `words` can become, in the order of the help; the words are those after the program's name, as far as
 * the cursor. `program` knows every verb by name, and the one that is in the words with its options.
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  liveNames: LiveNames,
): Promise<Candidate[] | typeof filesWanted> {
  const current = words.at(-1) ?? "";
  const { command, operands, open, isLiteral } = follow(program, words.slice(0, -1));
  if (open !== null) return await valuesOf(open, current, liveNames);
  if (!isLiteral && current.startsWith("-")) return optionsOf(command).filter(startsWith(current));
  if (command.commands.length > 0 && operands === 0 && !isLiteral) {
    const verbs = command.commands
      .filter((c) => !isHidden(c))
      .map((c) => ({ value: c.name(), description: c.summary() }));
    const found = verbs.filter(startsWith(current));
    if (command === program || found.length > 0) return found;
  }
  const argument = argumentAt(command, operands);
  if (argument === undefined) return [];
  if (isLiteral && !isNamed(argument.name())) return filesWanted;
  if (argument.argChoices !== undefined) return plain(argument.argChoices).filter(startsWith(current));
  if (!isNamed(argument.name())) return [];
  return await namesFor(command, current, liveNames);
}

/** Where in the command line the last word stands. */
interface Place {
  command: Command;
  /** Arguments of the command so far. */
  operands: number;
  /** The option whose value the word is. */
  open: Option | null;
  /** After `--`: no options follow. */
  isLiteral: boolean;
}

function follow(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, operands: 0, open: null, isLiteral: false };
  for (const word of words) {
    if (place.open !== null) {
      place.open = null;
    } else if (place.isLiteral) {
      place.operands++;
    } else if (word === "--") {
      place.isLiteral = true;
    } else if (word.startsWith("-")) {
      const option = place.command.options.find((o) => o.short === word || o.long === word);
      place.open = option?.required === true ? option : null;
    } else {
      const sub = place.operands === 0 ? subcommand(place.command, word) : undefined;
      // The word after `help` is a verb again.
      if (sub === undefined) place.operands += place.command === program && word === "help" ? 0 : 1;
      else place.command = sub;
    }
  }
  return place;
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((c) => c.name() === word || c.aliases().includes(word));
}

function isHidden(command: Command): boolean {
  return command.summary() === "";
}

async function valuesOf(
  option: Option,
  current: string,
  liveNames: LiveNames,
): Promise<Candidate[] | typeof filesWanted> {
  if (option.argChoices !== undefined) return plain(option.argChoices).filter(startsWith(current));
  const placeholder = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? "";
  if (isNamed(placeholder)) return (await liveNames()).filter(startsWith(current));
  return /file|folder|dir/i.test(placeholder) ? filesWanted : [];
}

async function namesFor(command: Command, current: string, liveNames: LiveNames): Promise<Candidate[]> {
  const all = await liveNames();
  // What `orchestra vendors` does, it does to vendors alone.
  const names = command.parent?.name() === "vendors" ? all.filter(({ isVendor }) => isVendor === true) : all;
  // `~web` leaves web out.
  if (current.startsWith("~")) return names.map((n) => ({ ...n, value: `~${n.value}` })).filter(startsWith(current));
  const at = current.indexOf("=");
  if (command.name() === "wait" && at > 0) {
    return plain(goals.map((goal) => `${current.slice(0, at)}=${goal}`)).filter(startsWith(current));
  }
  return names.filter(startsWith(current));
}

function optionsOf(command: Command): Candidate[] {
  const own = command.options
    .filter((option) => !option.hidden)
    .map((option) => ({ value: option.long ?? option.short ?? "", description: option.description }));
  return [...own, { value: "--help", description: "show help" }];
}

/** The last argument of a command may take any number of words. */
function argumentAt(command: Command, index: number): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic === true ? last : undefined);
}

function isNamed(placeholder: string): boolean {
  return namedByFleet.has(placeholder);
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: "" }));
}

function startsWith(text: string): (candidate: Candidate) => boolean {
  return ({ value }) => value.startsWith(text);
}
