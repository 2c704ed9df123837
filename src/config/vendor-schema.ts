import * as z from "zod/mini";
import { containerShape, imageSchema } from "./container-schema.ts";
import { env, envNamePattern } from "./env-schema.ts";
import { probeSchema } from "./probe-schema.ts";
import { publishedPorts } from "./published-ports-schema.ts";
import { choice, flag, leaf, Refusal, section, texts } from "./schema-kit.ts";
import { dependsOnSchema, restartSchema, stopSchema, superviseSchema } from "./service-schema.ts";

const variable = z
  .string()
  .check(z.regex(envNamePattern, "is no name for a variable\nuse letters, digits and _, and no digit in front"));

/** One entry of `vendors:`. */
export const vendorSchema = section({
  image: imageSchema,
  ...containerShape,
  env: z.optional(env("The container's environment")),
  env_file: z.optional(texts("Files of NAME=value lines")),
  ports: z.optional(publishedPorts('Its ports, as in "5432:5432", or "5432" for a free port of this machine')),
  depends_on: z.optional(dependsOnSchema),
  ready: z.optional(probeSchema),
  live: z.optional(probeSchema),
  restart: z.optional(restartSchema),
  supervise: z.optional(superviseSchema),
  stop: z.optional(stopSchema),
  oneshot: z.optional(flag("It ends by itself, and has then done its work")),
  autostart: z.optional(flag("It is started with the fleet; default: true")),
  on_dependency: z.optional(choice(["keep", "restart"], "What a restart of a dependency means for it; default: keep")),
  optional: z.optional(flag("The fleet goes on without it where it cannot be had")),
  keep: z.optional(flag("It outlives the fleet: down leaves it running")),
  variables: z.optional(
    z
      .record(variable, choice(["host", "port", "url"], "What of its address it holds"))
      .check(z.meta({ description: "Further variables that tell others its address, as in DB_HOST: host" })),
  ),
  scale: z.optional(
    leaf(
      { not: {}, description: "Not for vendors: each is one container" },
      () => new Refusal("is not for vendors: each is one container, which keeps its data and its ports to itself"),
    ),
  ),
}).check(z.meta({ description: "A backing service in a container" }));

/** A vendor as orchestra.yml gives it. */
export type VendorInput = z.output<typeof vendorSchema>;
