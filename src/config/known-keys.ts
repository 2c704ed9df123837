import type * as z from "zod/mini";
import type * as core from "zod/v4/core";
import type { Path } from "./yaml-source.ts";

/** The keys that `schema` knows for the map at `path`; none where anything goes. */
export function knownKeys(schema: z.ZodMiniType, path: Path): string[] {
  let candidates: core.$ZodType[] = [schema];
  for (const step of path) candidates = candidates.flatMap((candidate) => childrenAt(candidate, String(step)));
  return candidates.flatMap(alternatives).flatMap((def) => (def.type === "object" ? Object.keys(def.shape) : []));
}

function childrenAt(schema: core.$ZodType, key: string): core.$ZodType[] {
  return alternatives(schema).flatMap((def) => {
    switch (def.type) {
      case "object":
        return def.shape[key] ?? [];
      case "record":
        return def.valueType;
      case "array":
        return def.element;
      default:
        return [];
    }
  });
}

/** What a value may be once options, unions and conversions around it are taken off. */
function alternatives(schema: core.$ZodType): core.$ZodTypes["_zod"]["def"][] {
  const def = (schema as core.$ZodTypes)._zod.def;
  switch (def.type) {
    case "optional":
      return alternatives(def.innerType);
    case "pipe":
      return [...alternatives(def.in), ...alternatives(def.out)];
    case "union":
      return def.options.flatMap(alternatives);
    default:
      return [def];
  }
}
