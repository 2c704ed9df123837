import * as z from "zod/mini";
import { env } from "./env-schema.ts";
import { rerunSetting } from "./rerun-schema.ts";
import { choice, duration, section, size, texts } from "./schema-kit.ts";
import { nameSchema, serviceEntrySchema, superviseSchema } from "./service-schema.ts";
import { vendorSchema } from "./vendor-schema.ts";

const hooks = {
  env: z.optional(env("Environment variables for this command")),
  before: z.optional(texts("Commands to run before it")),
  after: z.optional(texts("Commands to run after it")),
};

/** The verbs that may have a section of their own in orchestra.yml. `logs` has one too, in its settings. */
export const sectionVerbs = [
  "start",
  "stop",
  "kill",
  "restart",
  "rebuild",
  "pause",
  "resume",
  "build",
  "test",
  "run",
  "scale",
  "ps",
  "down",
] as const;

/** Verbs of earlier versions; their sections are accepted and never used. */
export const formerVerbs = ["gorun", "install", "export"] as const;

function commandSections<Verb extends string>(verbs: readonly Verb[]) {
  const make = (verb: string) =>
    z.optional(section(hooks).check(z.meta({ description: `Environment and hooks of orchestra ${verb}` })));
  return Object.fromEntries(verbs.map((verb) => [verb, make(verb)])) as Record<Verb, ReturnType<typeof make>>;
}

const profile = texts("Names of services and vendors");

/** An orchestra.yml. */
export const fleetSchema = section({
  name: z.optional(nameSchema),
  env: z.optional(env("Environment variables of all services; values may use ${NAME}")),
  env_file: z.optional(texts("Files of NAME=value lines")),
  before: z.optional(texts("Commands to run before every command")),
  after: z.optional(texts("Commands to run after every command")),
  rerun: z.optional(rerunSetting("Build and start again on changes; default: on, but for headless runs")),
  strays: z.optional(choice(["ask", "stop", "adopt", "ignore"], "What is done with strays; default: ask")),
  supervise: z.optional(superviseSchema),
  logs: z.optional(
    section({
      keep: z.optional(duration("Logs older than this are removed; default: 7d", { isTimer: false })),
      max_size: z.optional(size("A service's logs take at most this much; default: 200MB")),
      ...hooks,
    }).check(z.meta({ description: "How long logs are kept, and hooks of orchestra logs" })),
  ),
  profiles: z.optional(z.record(z.string(), profile).check(z.meta({ description: "Names for groups, used as @name" }))),
  vendors: z.optional(
    z.record(z.string(), vendorSchema).check(z.meta({ description: "Backing services in containers" })),
  ),
  vendors_from: z.optional(texts("Compose and crane files whose services become vendors")),
  services: z.optional(
    z.record(z.string(), serviceEntrySchema).check(z.meta({ description: "Services without a service.yml" })),
  ),
  ...commandSections(sectionVerbs),
  ...commandSections(formerVerbs),
}).check(z.meta({ title: "orchestra.yml", description: "An Orchestra fleet; every key is optional" }));

/** An orchestra.yml as it is given. */
export type FleetInput = z.output<typeof fleetSchema>;

/** One command section as it is given. */
export type SectionInput = NonNullable<FleetInput["start"]>;
