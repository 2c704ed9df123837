import * as z from "zod/mini";
import { portName } from "./port-schema.ts";
import { leaf } from "./schema-kit.ts";
import { parsePublished, publishedPattern } from "./vendors/published-port.ts";

/** One entry of `ports:` of a container. */
export const published = leaf(
  {
    anyOf: [
      { type: "integer", minimum: 1, maximum: 65_535 },
      { type: "string", pattern: publishedPattern },
      { type: "object", required: ["target"] },
    ],
    description: "As in 5432:5432, auto:5432, 127.0.0.1:5432:5432 or 53:53/udp",
  },
  parsePublished,
);

/** `ports:` of a container: a list, or a map of names to them. */
export function publishedPorts(description: string) {
  return z.union([z.array(published), z.record(portName, published)]).check(z.meta({ description }));
}
