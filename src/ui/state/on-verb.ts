import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { cleanText } from "../text/clean-text.ts";
import { askToConfirm } from "./confirm.ts";
import { type GridVerb, isEnding, verbEffects } from "./grid-verb.ts";
import { countedUnits, verbTargets } from "./marks.ts";
import { serviceStatus } from "./service-status.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** As keys name them: the one for pause also resumes. */
type VerbKey = Exclude<GridVerb, "resume" | "rerun" | "go-back">;

/** A verb for the marked services, those under the selected header, or the selected one becomes a command, or a question first. */
export function onVerb(state: UiState, key: VerbKey, { fleet }: Surroundings): Updated {
  const services = fleet.snapshot?.services ?? [];
  const targets = targetsOf(state, services);
  const isScale = key === "scale-up" || key === "scale-down";
  const unscalable = isScale ? services.filter((s) => s.vendor !== undefined && targets.includes(s.name)) : [];
  const names = targets.filter((name) => unscalable.every((s) => s.name !== name));
  const isPaused = (name: string) =>
    services.some((s) => s.name === name && s.replicas.length > 0 && serviceStatus(s).phase === "paused");
  const verb = key === "pause" && names.length > 0 && names.every(isPaused) ? "resume" : key;
  if (names.length > 1 && isEnding(verb)) return askToConfirm(state, verb, names, countedUnits(names, services));
  const isMarked = state.grid.marked.length > 0 && state.dialog.kind === "none";
  return {
    state: isMarked ? { ...state, grid: { ...state.grid, marked: [] } } : state,
    effects: [
      ...verbEffects(verb, names, countedUnits(names, services)),
      ...(unscalable.length === 0 ? [] : [{ kind: "say", level: "warning", text: whyNotScaled(unscalable) } as const]),
    ],
  };
}

function whyNotScaled(vendors: readonly ServiceSnapshot[]): string {
  const names = vendors.map((s) => cleanText(s.name)).join(", ");
  const are = vendors.length === 1 ? "is a vendor" : "are vendors";
  return `${names} ${are}, and cannot be scaled: two of one would be two stores with different data`;
}

/** Names of the services that a key is about: over the details, what they show. */
export function targetsOf(state: UiState, services: readonly ServiceSnapshot[]): string[] {
  return state.dialog.kind === "details" ? [state.dialog.service] : verbTargets(state, services);
}
