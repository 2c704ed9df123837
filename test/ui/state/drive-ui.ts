import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import type { Action } from "../../../src/ui/state/action.ts";
import type { Effect } from "../../../src/ui/state/effect.ts";
import type { Surroundings } from "../../../src/ui/state/surroundings.ts";
import type { UiState } from "../../../src/ui/state/ui-state.ts";
import { update } from "../../../src/ui/state/update.ts";

/** What some actions come to, with all their effects in order. */
interface Outcome {
  state: UiState;
  effects: Effect[];
}

interface UiDriver {
  run(state: UiState, actions: readonly Action[], surroundings?: Surroundings): Outcome;
  press(state: UiState, ids: readonly BindingId[], surroundings?: Surroundings): Outcome;
}

/** What is around a fleet: a log of a hundred lines, ten of which are on the screen. */
export function around(snapshot: FleetSnapshot | null, change: Partial<Surroundings> = {}): Surroundings {
  return {
    fleet: { snapshot, disconnected: null },
    now: 0,
    ranks: new Map(),
    startedFleet: false,
    log: { items: { first: 0, last: 99, heightOf: () => 1 }, lineAt: () => null, height: 10, isLive: true },
    helpLastTop: 7,
    ...change,
  };
}

/** Carries actions out one after the other, in `usual` surroundings unless told. */
export function uiDriver(usual: Surroundings): UiDriver {
  const run = (state: UiState, actions: readonly Action[], surroundings = usual): Outcome => {
    const effects: Effect[] = [];
    for (const action of actions) {
      const next = update(state, action, surroundings);
      state = next.state;
      effects.push(...next.effects);
    }
    return { state, effects };
  };
  return {
    run,
    press: (state, ids, surroundings) =>
      run(
        state,
        ids.map((id) => ({ kind: "key", id })),
        surroundings,
      ),
  };
}
