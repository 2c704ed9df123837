import type { Command } from "../../src/model/command.ts";
import { parseUnitId } from "../../src/model/ids.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import { type Violation, violations } from "./checks/violation.ts";

/** What may be wanted of a service. */
interface Wish {
  isRunning: boolean;
  scale: number;
}

/** Whether a command was carried out: nobody knows where the daemon died before it answered. */
export type Fate = "accepted" | "refused" | "unknown";

/** Keeps what must be wanted of each service by now; several wishes where the fate of a command is not known. */
export class WishBook {
  readonly #possible = new Map<string, Wish[]>();
  readonly #withDependencies: (names: readonly string[]) => string[];
  readonly #starting: readonly string[];

  /** @param starting what a start that names nothing starts */
  constructor(
    snapshot: FleetSnapshot,
    starting: readonly string[],
    withDependencies: (names: readonly string[]) => string[],
  ) {
    this.#withDependencies = withDependencies;
    this.#starting = starting;
    this.observe(snapshot);
  }

  /** Takes what is seen at rest for what is wanted from now on. */
  observe(snapshot: FleetSnapshot): void {
    for (const { name, wanted, scale } of snapshot.services) {
      this.#possible.set(name, [{ isRunning: wanted === "running", scale }]);
    }
  }

  note(command: Command, fate: Fate): void {
    if (fate === "refused") return;
    if (command.kind === "scale") {
      const { change } = command;
      if ("to" in change) this.#change([command.service], fate, (wish) => ({ ...wish, scale: change.to }));
      return;
    }
    if (!("select" in command)) return;
    const named = command.select.names.map((name) => parseUnitId(name));
    const names = named.length === 0 ? this.#starting : named.map(({ name }) => name);
    switch (command.kind) {
      case "start":
      case "restart":
        this.#change(this.#withDependencies(names), fate, (wish) => ({ ...wish, isRunning: true }));
        return;
      case "stop":
      case "kill": {
        // A replica that is stopped by name is an exception from a wish that stays.
        const whole = named.filter(({ index }) => index === null).map(({ name }) => name);
        this.#change(whole, fate, (wish) => ({ ...wish, isRunning: false }));
        return;
      }
      case "rebuild":
        // It starts what it has built, and the wish is changed only then.
        this.#change(this.#withDependencies(names), "unknown", (wish) => ({ ...wish, isRunning: true }));
        return;
      default:
        return;
    }
  }

  /** The fleet wants what it was last told to. */
  check(snapshot: FleetSnapshot): Violation[] {
    const wrong = snapshot.services.flatMap(({ name, wanted, scale }) => {
      const possible = this.#possible.get(name) ?? [];
      if (possible.some((wish) => wish.isRunning === (wanted === "running") && wish.scale === scale)) return [];
      const asked = possible.map((wish) => `${wish.isRunning ? "running" : "stopped"} at scale ${wish.scale}`);
      return [`${name} is wanted ${wanted} at scale ${scale}; it was last asked to be ${asked.join(" or ")}`];
    });
    return violations("what was accepted stays wanted", wrong);
  }

  #change(names: readonly string[], fate: Fate, change: (wish: Wish) => Wish): void {
    for (const name of names) {
      const before = this.#possible.get(name);
      if (before === undefined) continue;
      const after = before.map(change);
      const all = fate === "accepted" ? after : [...before, ...after];
      const different = new Map(all.map((wish) => [JSON.stringify(wish), wish]));
      this.#possible.set(name, [...different.values()]);
    }
  }
}
