import { isAlive, type Phase, type UnitState } from "../../model/replica.ts";
import type { FleetView } from "./fleet-view.ts";
import { openStraysView } from "./open-strays-view.ts";
import type { UiState } from "./ui-state.ts";

const secondMs = 1000;
const minuteMs = 60_000;

/**
 * When the screen says something else by the mere passing of time, or null. Each second while a countdown, a build or an age below a minute
 * is shown; else at the full minute.
 */
export function nextChangeAt(fleet: FleetView, ui: UiState, now: number): number | null {
  const { snapshot, disconnected } = fleet;
  if (snapshot === null && disconnected === null && ui.message === null) return null;
  const step = needsSeconds(fleet, ui, now) ? secondMs : minuteMs;
  return (Math.floor(now / step) + 1) * step;
}

function needsSeconds({ snapshot, disconnected }: FleetView, ui: UiState, now: number): boolean {
  const isYoung = (since: number) => now - since < minuteMs;
  if (ui.message !== null && ui.message.until > now) return true;
  if (disconnected !== null) return isYoung(disconnected.since);
  if (snapshot === null) return false;
  if (isYoung(snapshot.daemon.startedAt)) return true;
  if (openStraysView(ui) !== null && snapshot.strays.some((stray) => isYoung(stray.startedAt))) return true;
  if (snapshot.services.some((s) => s.build.status === "building" || s.build.status === "testing")) return true;
  const units = snapshot.services.flatMap((s) => s.replicas);
  return units.some(({ state, since }) => countsDown(state) || (takesTime(state.phase) && isYoung(since)));
}

/** Shows how long it has lasted. */
function takesTime(phase: Phase): boolean {
  return isAlive(phase) || phase === "waiting";
}

function countsDown(state: UnitState): boolean {
  return state.phase === "backoff" || (state.phase === "stopping" && state.killAt !== null);
}

/** The same for a screen that is read aloud, in which nothing ticks: once the message goes. */
export function nextReadAt({ message }: UiState): number | null {
  return message === null || !Number.isFinite(message.until) ? null : message.until;
}
