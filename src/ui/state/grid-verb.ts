import type { Command } from "../../model/command.ts";
import type { Effect } from "./effect.ts";

/** What can be asked of the services of the grid. */
export type GridVerb =
  | "start"
  | "stop"
  | "kill"
  | "restart"
  | "rebuild"
  | "rerun"
  | "go-back"
  | "pause"
  | "resume"
  | "scale-up"
  | "scale-down";

/** The question whether to go on with a verb that ends several services. */
export interface Confirm {
  kind: "confirm";
  verb: GridVerb;
  names: readonly string[];
  /** What they are, counted: `3 services`, `2 services and 1 vendor`. */
  what: string;
  /** Index into `confirmChoices`. */
  selected: number;
}

/** The answers there are. */
export const confirmChoices = ["Yes", "No"] as const;

/** True for a verb that takes away something that works: for several services at once it asks first. */
export function isEnding(verb: GridVerb): boolean {
  return (
    verb === "stop" ||
    verb === "kill" ||
    verb === "restart" ||
    verb === "rebuild" ||
    verb === "go-back" ||
    verb === "pause"
  );
}

/**
 * The commands that carry out a verb for these services: one for all of them, but one for each where it is about scale. `what` they are, for
 * messages about several.
 */
export function verbEffects(verb: GridVerb, names: readonly string[], what: string): Effect[] {
  if (names.length === 0) return [];
  if (verb === "scale-up" || verb === "scale-down") {
    const by = verb === "scale-up" ? 1 : -1;
    return names.map((service) => ({
      kind: "send",
      command: { kind: "scale", service, change: { by } },
      label: `scale ${service}`,
    }));
  }
  const word = verb === "go-back" ? "go back with" : verb;
  const label = names.length === 1 ? `${word} ${names[0]}` : `${word} ${what}`;
  return [{ kind: "send", command: commandFor(verb, names), label }];
}

function commandFor(verb: Exclude<GridVerb, "scale-up" | "scale-down">, names: readonly string[]): Command {
  const select = { names: [...names], except: [] };
  switch (verb) {
    case "start":
    case "restart":
      return { kind: verb, select, noDeps: false, overrides: {} };
    case "rerun":
      return { kind: "rerun", select, to: "now" };
    case "go-back":
      return { kind: "goBack", select };
    default:
      return { kind: verb, select };
  }
}
