import type { DependencyDraft } from "./check-dependencies.ts";
import { isPlainMap } from "./schema-kit.ts";
import type { ServiceDraft } from "./service-draft.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** Everything that a `depends_on` of services and of orchestra.yml's vendors names; what is of a wrong type is left out. */
export function draftDependencies(drafts: readonly ServiceDraft[], fleet: YamlSource | null): DependencyDraft[] {
  const ofServices = drafts.flatMap((draft) =>
    draft.source === null ? [] : dependenciesIn(draft.name, draft.value, draft.source, draft.path),
  );
  const vendors = isPlainMap(fleet?.value) ? fleet.value.vendors : null;
  if (fleet === null || !isPlainMap(vendors)) return ofServices;
  const ofVendors = Object.entries(vendors).flatMap(([name, value]) =>
    dependenciesIn(name, value, fleet, ["vendors", name]),
  );
  return [...ofServices, ...ofVendors];
}

/** What the `depends_on` of the unit at `base` names. */
export function dependenciesIn(from: string, value: unknown, source: YamlSource, base: Path): DependencyDraft[] {
  const given = isPlainMap(value) ? value.depends_on : null;
  const path = [...base, "depends_on"];
  if (Array.isArray(given)) {
    return given.flatMap((to: unknown, i) =>
      typeof to === "string" ? [{ from, to, condition: null, at: () => source.valueAt([...path, i]) }] : [],
    );
  }
  if (!isPlainMap(given)) return [];
  return Object.entries(given).map(([to, condition]) => ({
    from,
    to,
    condition: typeof condition === "string" ? condition : null,
    at: () => source.keyAt([...path, to]),
  }));
}
