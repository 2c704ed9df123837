import { suggest } from "../lib/suggest.ts";
import type { Location } from "../model/diagnostic.ts";
import { didYouMean, type Report } from "./report.ts";
import type { LazyLocation } from "./yaml-source.ts";

/** One thing that a unit depends on, as written. */
export interface DependencyDraft {
  /** The service or vendor that depends. */
  from: string;
  to: string;
  /** Null where the default holds. */
  condition: string | null;
  at: LazyLocation;
}

/** What the checks have to know about the units of a fleet. */
export interface KnownUnits {
  services: ReadonlySet<string>;
  vendors: ReadonlySet<string>;
  oneshots: ReadonlySet<string>;
  /** True where a file could not be read, so that names may be missing here. */
  isIncomplete: boolean;
}

/** Reports names that nothing has, waiting for the end of what never ends, and cycles. */
export function checkDependencies(dependencies: readonly DependencyDraft[], units: KnownUnits, report: Report): void {
  const known: DependencyDraft[] = [];
  for (const dependency of dependencies) {
    const { to, condition, at } = dependency;
    if (!units.services.has(to) && !units.vendors.has(to)) {
      reportUnknownName(to, at(), units, report);
      continue;
    }
    known.push(dependency);
    if (condition === "completed" && !units.oneshots.has(to) && !units.isIncomplete) {
      report.error(
        "never-completes",
        `"${to}" never completes: it is not a one-shot`,
        at(),
        `write ready, or oneshot: true in ${to}`,
      );
    }
  }
  for (const cycle of cyclesOf(known)) {
    const names = cycle.map((edge) => edge.from);
    const [first] = cycle;
    if (first === undefined) continue;
    report.error(
      "cycle",
      `dependency cycle: ${[...names, names[0]].join(" → ")}`,
      first.at(),
      "take out one of these dependencies",
    );
  }
}

/** Reports a name that no service or vendor has, unless not all names are known. */
export function reportUnknownName(name: string, at: Location, units: KnownUnits, report: Report): void {
  if (units.isIncomplete) return;
  const names = [...units.services, ...units.vendors];
  const known = names.length <= 8 ? `known are: ${names.join(", ")}` : null;
  const hint = didYouMean(suggest(name, names)) ?? (names.length === 0 ? null : known);
  report.error("unknown-service", `no service or vendor is called "${name}"`, at, hint);
}

/** Cycles, each once, beginning with its first name in the alphabet; where they overlap, enough to see every edge back. */
function cyclesOf(dependencies: readonly DependencyDraft[]): DependencyDraft[][] {
  const edges = Map.groupBy(dependencies, (dependency) => dependency.from);
  const done = new Set<string>();
  const cycles = new Map<string, DependencyDraft[]>();
  for (const start of [...edges.keys()].sort()) {
    // An explicit stack: a chain of thousands must not overflow the call stack.
    const stack = [{ name: start, next: 0 }];
    const path: DependencyDraft[] = [];
    const open = new Map([[start, 0]]);
    while (!done.has(start)) {
      const top = stack.at(-1);
      if (top === undefined) break;
      const edge = edges.get(top.name)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        stack.pop();
        path.pop();
        open.delete(top.name);
        done.add(top.name);
        continue;
      }
      const depth = open.get(edge.to);
      if (depth !== undefined) {
        const cycle = fromSmallest([...path.slice(depth), edge]);
        cycles.set(cycle.map((e) => e.from).join("\n"), cycle);
      } else if (!done.has(edge.to)) {
        stack.push({ name: edge.to, next: 0 });
        path.push(edge);
        open.set(edge.to, stack.length - 1);
      }
    }
  }
  return [...cycles.values()];
}

function fromSmallest(cycle: DependencyDraft[]): DependencyDraft[] {
  const names = cycle.map((edge) => edge.from);
  const start = names.indexOf(names.toSorted()[0] ?? "");
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
