import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { askToConfirm } from "./confirm.ts";
import { verbEffects } from "./grid-verb.ts";
import { countedUnits } from "./marks.ts";
import { targetsOf } from "./on-verb.ts";
import { followingOf } from "./rerun-status.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

type RerunKey = "rerun-toggle" | "rerun-toggle-all" | "rerun-now" | "go-back";

/** Keys about how services follow their sources, for the same services that a verb would take. */
export function onRerun(state: UiState, key: RerunKey, { fleet }: Surroundings): Updated {
  const services = fleet.snapshot?.services ?? [];
  const names = new Set(targetsOf(state, services));
  const targets = services.filter((s) => names.has(s.name));
  switch (key) {
    case "rerun-toggle":
      return toggled(state, targets, false);
    case "rerun-toggle-all":
      return toggled(state, services, true);
    case "rerun-now": {
      const followable = targets.filter((s) => followingOf(s) !== null);
      if (followable.length === 0) return said(state, `${named(targets)} no sources that could be built anew`);
      return {
        state: unmarked(state),
        effects: verbEffects("rerun", namesOf(followable), countedUnits(namesOf(followable), services)),
      };
    }
    case "go-back": {
      const able = targets.filter((s) => s.rerun?.canGoBack === true);
      if (able.length === 0) return said(state, `${named(targets)} no earlier program to go back to`);
      const what = countedUnits(namesOf(able), services);
      if (able.length > 1) return askToConfirm(state, "go-back", namesOf(able), what);
      return { state: unmarked(state), effects: verbEffects("go-back", namesOf(able), what) };
    }
  }
}

/** Off where any of them is on, so that what comes of it can be told before: the engine would turn each one by itself. */
function toggled(state: UiState, targets: readonly ServiceSnapshot[], isAll: boolean): Updated {
  const able = targets.filter((s) => followingOf(s) !== null);
  if (able.length === 0) return said(state, `${named(targets)} no sources that could be followed`);
  const to = able.some((s) => s.rerun?.isOn === true) ? "off" : "on";
  const names = namesOf(able);
  const whom = isAll ? "all services" : names.length === 1 ? names[0] : countedUnits(names, targets);
  return {
    state: isAll ? state : unmarked(state),
    effects: [
      { kind: "say", level: "info", text: `rerun ${to} for ${whom}` },
      {
        kind: "send",
        command: { kind: "rerun", select: { names: isAll ? [] : names, except: [] }, to },
        label: `rerun ${to} for ${whom}`,
      },
    ],
  };
}

function unmarked(state: UiState): UiState {
  const isMarked = state.grid.marked.length > 0 && state.dialog.kind === "none";
  return isMarked ? { ...state, grid: { ...state.grid, marked: [] } } : state;
}

function said(state: UiState, text: string): Updated {
  return { state, effects: [{ kind: "say", level: "warning", text }] };
}

/** The beginning of a sentence that says what they have not. */
function named(targets: readonly ServiceSnapshot[]): string {
  const [first] = targets;
  if (first === undefined) return "there are";
  if (targets.length > 1) return `these ${countedUnits(namesOf(targets), targets)} have`;
  return first.vendor === undefined ? `${first.name} has` : `${first.name} is a vendor: it has`;
}

function namesOf(services: readonly ServiceSnapshot[]): string[] {
  return services.map((s) => s.name);
}
