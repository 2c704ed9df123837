import { parseUnitId } from "../../model/ids.ts";
import { listNames } from "./list-names.ts";

/** Units for a sentence, the replicas of one service together: `gateway, worker ×3 and api#2`. */
export function listUnits(units: readonly string[]): string {
  const byService = new Map<string, string[]>();
  for (const unit of units) {
    const { name } = parseUnitId(unit);
    byService.set(name, [...(byService.get(name) ?? []), unit]);
  }
  const words = [...byService].map(([name, ids]) => {
    if (ids.length > 1) return `${name} ×${ids.length}`;
    const [only] = ids;
    return only === `${name}#1` || only === undefined ? name : only;
  });
  return listNames(words);
}
