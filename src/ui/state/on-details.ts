import type { ReplicaSnapshot } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Details, DetailsExtent, DetailsKey } from "./details.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** Opens the details of the selected service, at the replica that is worst off. */
export function openDetails(state: UiState, { fleet }: Surroundings): UiState {
  const replicas = replicasOf(fleet.snapshot, state.selected);
  const worst = replicas.find((r) => "failure" in r.state) ?? replicas.find((r) => r.state.phase !== "ready");
  const index = (worst ?? replicas[0])?.index ?? 1;
  if (state.selected === null) return state;
  return { ...state, dialog: { kind: "details", service: state.selected, index, top: 0, secret: null } };
}

/** Keys of the details. */
export function onDetailsKey(state: UiState, key: DetailsKey, around: Surroundings): Updated {
  const { dialog } = state;
  const extent = around.details ?? { height: 1, lastTop: 0, secrets: [] };
  if (dialog.kind !== "details") return { state, effects: [] };
  const at = (top: number): Updated => ({
    state: { ...state, dialog: { ...dialog, top: Math.max(0, Math.min(top, extent.lastTop)) } },
    effects: [],
  });
  const page = Math.max(1, extent.height - 1);
  switch (key) {
    case "details-down":
      return at(dialog.top + 1);
    case "details-up":
      return at(Math.min(dialog.top, extent.lastTop) - 1);
    case "details-page-down":
      return at(dialog.top + page);
    case "details-page-up":
      return at(Math.min(dialog.top, extent.lastTop) - page);
    case "details-first":
      return at(0);
    case "details-last":
      return at(extent.lastTop);
    case "details-previous":
      return { state: otherReplica(state, dialog, -1, around), effects: [] };
    case "details-next":
      return { state: otherReplica(state, dialog, 1, around), effects: [] };
    case "details-secret":
      return { state: nextSecret(state, dialog, extent), effects: [] };
    case "details-reveal":
      return dialog.secret === null
        ? { state: nextSecret(state, dialog, extent), effects: [] }
        : { state, effects: [{ kind: "revealVariable", variable: dialog.secret }] };
    case "details-close":
      return { state: { ...state, dialog: { kind: "none" } }, effects: [] };
  }
}

function replicasOf(snapshot: FleetSnapshot | null, service: string | null): readonly ReplicaSnapshot[] {
  return snapshot?.services.find((s) => s.name === service)?.replicas ?? [];
}

function otherReplica(state: UiState, dialog: Details, step: number, { fleet }: Surroundings): UiState {
  const replicas = replicasOf(fleet.snapshot, dialog.service);
  const now = replicas.findIndex((r) => r.index === dialog.index);
  const next = replicas[(now + step + replicas.length) % Math.max(1, replicas.length)];
  if (next === undefined || next.index === dialog.index) return state;
  return { ...state, dialog: { ...dialog, index: next.index, top: 0, secret: null } };
}

/** Chooses the next secret, around the end, and scrolls to it. */
function nextSecret(state: UiState, dialog: Details, { secrets, height, lastTop }: DetailsExtent): UiState {
  if (secrets.length === 0) return state;
  const now = secrets.findIndex((s) => s.name === dialog.secret);
  const next = secrets[(now + 1) % secrets.length];
  if (next === undefined) return state;
  const isSeen = next.row >= dialog.top && next.row < dialog.top + height;
  const top = isSeen ? dialog.top : Math.max(0, Math.min(next.row - Math.floor(height / 2), lastTop));
  return { ...state, dialog: { ...dialog, secret: next.name, top } };
}
