import type { Command } from "../../model/command.ts";
import type { Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

type Verb = "start" | "stop" | "kill" | "restart" | "rebuild" | "scale-up" | "scale-down";

/** A verb for the selected service becomes a command. */
export function onVerb(state: UiState, verb: Verb): Updated {
  const { selected } = state;
  if (selected === null) return { state, effects: [] };
  const label = verb === "scale-up" || verb === "scale-down" ? `scale ${selected}` : `${verb} ${selected}`;
  return { state, effects: [{ kind: "send", command: commandFor(verb, selected), label }] };
}

function commandFor(verb: Verb, service: string): Command {
  const select = { names: [service], except: [] };
  switch (verb) {
    case "start":
    case "restart":
      return { kind: verb, select, noDeps: false, overrides: {} };
    case "stop":
    case "kill":
    case "rebuild":
      return { kind: verb, select };
    case "scale-up":
      return { kind: "scale", service, change: { by: 1 } };
    case "scale-down":
      return { kind: "scale", service, change: { by: -1 } };
  }
}
