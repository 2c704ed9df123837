import type { Phase } from "../../model/replica.ts";
import type { AdoptableProcess } from "../drivers/driver.ts";

/** A replica that a stray might become. */
export interface Place {
  index: number;
  /** Null where there is no such replica yet. */
  phase: Phase | null;
  /** Port name → number that it would have. */
  ports: Readonly<Record<string, number>>;
}

/**
 * Which of the replicas a stray becomes: the one whose port it has, else the one that it says to be, else the first that
 * has no process. Null where each has one. Pure.
 */
export function placeForStray(
  stray: Pick<AdoptableProcess, "ports" | "markers">,
  places: readonly Place[],
): Place | null {
  const free = places.filter(({ phase }) => phase === null || withoutProcess.has(phase));
  return (
    free.find(({ ports }) => Object.values(ports).some((port) => stray.ports.includes(port))) ??
    free.find(({ index }) => index === stray.markers?.replica) ??
    free[0] ??
    null
  );
}

/**
 * The ports of an adopted stray: those that it was to have and listens on; else, where it was to have one and listens on
 * one, that one. A port that it does not listen on is nobody's to check.
 */
export function portsOfStray(
  planned: Readonly<Record<string, number>>,
  listening: readonly number[],
): Record<string, number> {
  const names = Object.keys(planned);
  const [only] = listening;
  const [name] = names;
  if (names.length === 1 && listening.length === 1 && only !== undefined && name !== undefined) return { [name]: only };
  return Object.fromEntries(Object.entries(planned).filter(([, port]) => listening.includes(port)));
}

/** The replica that a container becomes: the one that it is by its labels. Null where that has something else. Pure. */
export function placeForContainer(index: number, places: readonly Place[]): Place | null {
  const place = places.find((one) => one.index === index);
  return place !== undefined && (place.phase === null || withoutProcess.has(place.phase)) ? place : null;
}

/** Where the ports that a container was to have are published; those that it does not publish are left out. Pure. */
export function portsOfContainer(
  planned: Readonly<Record<string, number>>,
  inside: Readonly<Record<string, { port: number }>>,
  published: readonly { inner: number; hostPort: number }[],
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(planned).flatMap(([name, port]) => {
      const inner = inside[name]?.port ?? port;
      const found = published.find((one) => one.inner === inner);
      return found === undefined ? [] : [[name, found.hostPort] as const];
    }),
  );
}

const withoutProcess: ReadonlySet<Phase> = new Set(["stopped", "waiting", "backoff", "failed", "completed"]);
