import { suggest } from "../../lib/suggest.ts";
import type { DependencyDraft } from "../check-dependencies.ts";
import { didYouMean, type Report } from "../report.ts";
import { describe, isPlainMap, listed } from "../schema-kit.ts";
import type { ForeignService, Setting } from "./setting.ts";

/** What a service of a Compose file waits for. */
export interface ComposeDependencies {
  dependencies: DependencyDraft[];
  /** True where it is to be restarted with what it depends on. */
  followsRestarts: boolean;
}

const conditions: ReadonlyMap<string, string> = new Map([
  ["service_started", "started"],
  ["service_healthy", "ready"],
  ["service_completed_successfully", "completed"],
]);

/** Reads `depends_on:` and `links:`; `left` are services of the file that are left out, for which nobody can wait. */
export function composeDependencies(
  service: ForeignService,
  left: ReadonlySet<string>,
  report: Report,
): ComposeDependencies {
  const { name: from, source, settings } = service;
  const found = new Map<string, DependencyDraft>();
  let followsRestarts = false;
  const add = (to: string, condition: string, { path }: Setting, step: PropertyKey) => {
    const at = () => (typeof step === "string" ? source.keyAt([...path, step]) : source.valueAt([...path, step]));
    if (left.has(to)) {
      report.warning("no-effect", `"${to}" is left out, and so nothing waits for it`, at());
    } else if (!found.has(to)) found.set(to, { from, to, condition, at });
  };
  const given = settings.get("depends_on");
  if (given !== undefined && isPlainMap(given.value)) {
    for (const [to, how] of Object.entries(given.value)) {
      const { condition = "service_started", restart = false, required = true } = isPlainMap(how) ? how : {};
      const known = conditions.get(String(condition));
      if (known === undefined) {
        const names = [...conditions.keys()];
        const message = `"condition" must be ${listed(names)}, not ${describe(condition)}`;
        const place = source.valueAt([...given.path, to, "condition"]);
        report.error("bad-value", message, place, didYouMean(suggest(String(condition), names)));
        continue;
      }
      if (required === false && left.has(to)) continue;
      followsRestarts ||= restart === true;
      add(to, known, given, to);
    }
  } else if (given !== undefined) addList(given, service, "depends_on", add, report);
  const links = settings.get("links");
  if (links !== undefined) addList(links, service, "links", add, report);
  return { dependencies: [...found.values()], followsRestarts };
}

function addList(
  given: Setting,
  { source }: ForeignService,
  key: string,
  add: (to: string, condition: string, setting: Setting, step: number) => void,
  report: Report,
): void {
  if (!Array.isArray(given.value)) {
    report.error("wrong-type", `"${key}" must be a list, not ${describe(given.value)}`, source.valueAt(given.path));
    return;
  }
  for (const [i, entry] of given.value.entries()) {
    const [to = "", alias = to] = String(entry).split(":");
    add(to, "started", given, i);
    if (key !== "links" || alias === to) continue;
    const message = `the name "${alias}" cannot be honoured: "${to}" is reached by its own name`;
    report.warning("not-honoured", message, source.valueAt([...given.path, i]));
  }
}

/** Services that others wait for until they have ended: `condition: service_completed_successfully`. */
export function awaitedEnds(services: Record<string, unknown>): Set<string> {
  const ends = Object.values(services).flatMap((service) => {
    const given = isPlainMap(service) ? service.depends_on : null;
    if (!isPlainMap(given)) return [];
    return Object.entries(given).flatMap(([to, how]) =>
      isPlainMap(how) && how.condition === "service_completed_successfully" ? [to] : [],
    );
  });
  return new Set(ends);
}
