import * as z from "zod/mini";
import { env } from "./env-schema.ts";
import { probeSchema } from "./probe-schema.ts";
import { describe, flag, leaf, Refusal, section, text, texts } from "./schema-kit.ts";
import { dependsOnSchema, restartSchema, stopSchema } from "./service-schema.ts";

const publishedPattern =
  /^(?:(?:[\d.]+|\[[\da-fA-F:]+\]):)?(?:\d{1,5}(?:-\d{1,5})?:)?\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp))?$/;

const published = leaf({ type: ["integer", "string"] }, (input): string | Refusal => {
  const written = typeof input === "number" || typeof input === "string" ? String(input) : "";
  if (publishedPattern.test(written)) return written;
  return new Refusal(`must be a port as in "5432:5432", not ${describe(input)}`);
});

const scalar = leaf({ type: ["string", "number", "boolean"] }, (input): string | Refusal =>
  typeof input === "object" ? new Refusal(`must be text, not ${describe(input)}`) : String(input),
);

/** One entry of `vendors:`. */
export const vendorSchema = section({
  image: text("The image, as in postgres:16"),
  command: z.optional(texts("The container's command")),
  entrypoint: z.optional(texts("The container's entry point")),
  env: z.optional(env("The container's environment")),
  env_file: z.optional(texts("Files of NAME=value lines")),
  ports: z.optional(z.array(published).check(z.meta({ description: 'Ports, as in "5432:5432"' }))),
  volumes: z.optional(texts("Volumes, as in data:/var/lib/data")),
  user: z.optional(scalar),
  shm_size: z.optional(scalar),
  ulimits: z.optional(z.record(z.string(), z.unknown())),
  init: z.optional(flag("Run an init inside the container")),
  labels: z.optional(z.union([z.array(z.string()), z.record(z.string(), scalar)])),
  depends_on: z.optional(dependsOnSchema),
  ready: z.optional(probeSchema),
  restart: z.optional(restartSchema),
  stop: z.optional(stopSchema),
  optional: z.optional(flag("The fleet starts without it where it cannot be had")),
  keep: z.optional(flag("It outlives the fleet")),
}).check(z.meta({ description: "A backing service in a container" }));
