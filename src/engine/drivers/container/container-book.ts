import type { ContainerFacts } from "../../../model/container.ts";
import type { UnitId } from "../../../model/ids.ts";

/** Keeps what is known of each unit's container, for whoever looks; tells where that has changed. */
export class ContainerBook {
  readonly #facts = new Map<UnitId, ContainerFacts>();
  /** Units whose container runs, whether it is supervised already or not. */
  #running = new Set<UnitId>();
  /** Units whose container this daemon has looked after: whether it was seen to end since. */
  readonly #hasEnded = new Map<UnitId, boolean>();
  readonly #changed: (unit: UnitId) => void;

  constructor(changed: (unit: UnitId) => void) {
    this.#changed = changed;
  }

  of(unit: UnitId): ContainerFacts | null {
    return this.#facts.get(unit) ?? null;
  }

  /** Takes in what has changed. A container that is not known yet begins with nothing but its name and image. */
  note(unit: UnitId, change: Partial<ContainerFacts> & Pick<ContainerFacts, "name" | "image">): void {
    const before = this.#facts.get(unit);
    const after: ContainerFacts = {
      id: null,
      imageId: null,
      isImageMoved: false,
      health: "none",
      pull: null,
      ...before,
      ...change,
    };
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(after)) return;
    this.#facts.set(unit, after);
    this.#changed(unit);
  }

  forget(unit: UnitId): void {
    this.#facts.delete(unit);
    this.#running.delete(unit);
  }

  /** All units that have a container that runs, as the engine has just said. */
  surveyed(running: Iterable<UnitId>): void {
    this.#running = new Set(running);
  }

  /** Whether a container of the unit runs; one that holds the unit's ports is no stranger. */
  isRunning(unit: UnitId): boolean {
    return this.#running.has(unit);
  }

  started(unit: UnitId): void {
    this.#running.add(unit);
    this.#hasEnded.set(unit, false);
  }

  /**
   * Whether the container that this daemon has looked after was seen to end: what runs later is somebody else's doing. Null
   * where it has looked after none.
   */
  hasEnded(unit: UnitId): boolean | null {
    return this.#hasEnded.get(unit) ?? null;
  }

  ended(unit: UnitId): void {
    this.#hasEnded.set(unit, true);
    this.#running.delete(unit);
  }
}
