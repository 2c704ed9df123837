import type { ServiceSpec } from "../model/service.ts";

type Node = Pick<ServiceSpec, "name" | "dependsOn">;

/** The given services and, transitively, all that they depend on; dependencies first. Unknown names are passed over. */
export function withDependencies(services: readonly Node[], names: Iterable<string>): string[] {
  const byName = new Map(services.map((s) => [s.name, s]));
  const order = new Set<string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    const service = byName.get(name);
    if (service === undefined || order.has(name) || visiting.has(name)) return;
    visiting.add(name);
    for (const dependency of service.dependsOn) visit(dependency.name);
    visiting.delete(name);
    order.add(name);
  };
  for (const name of names) visit(name);
  return [...order];
}

/** Service → the services that depend on it directly. */
export function dependentsOf(services: readonly Node[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const service of services) {
    for (const dependency of service.dependsOn) {
      const list = dependents.get(dependency.name);
      if (list === undefined) dependents.set(dependency.name, [service.name]);
      else list.push(service.name);
    }
  }
  return dependents;
}

/**
 * Which of the `pending` services may be stopped now: those on which nothing depends that is itself still pending or
 * still ending. This gives reverse dependency order without a plan that could grow stale.
 */
export function stoppableNow(
  pending: ReadonlySet<string>,
  isEnding: (service: string) => boolean,
  dependents: ReadonlyMap<string, readonly string[]>,
): string[] {
  const blocks = (name: string): boolean => pending.has(name) || isEnding(name);
  return [...pending].filter((name) => !(dependents.get(name) ?? []).some(blocks));
}
