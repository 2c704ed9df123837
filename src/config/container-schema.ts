import * as z from "zod/mini";
import { pullPolicies } from "../model/container.ts";
import { dockerSizePattern, parseDockerSize } from "./docker-size.ts";
import { choice, describe, flag, isPlainMap, leaf, Refusal } from "./schema-kit.ts";
import { shellWords } from "./shell-words.ts";
import { parseMount, parseTmpfs } from "./vendors/mount.ts";

const scalarTypes = ["string", "number", "boolean"];

/** Text; numbers and booleans are taken for the text that they are written as. */
function scalar(description: string) {
  return leaf({ type: scalarTypes, description }, (input): string | Refusal =>
    scalarTypes.includes(typeof input) && input !== ""
      ? String(input)
      : new Refusal(`must be text, not ${describe(input)}`),
  );
}

/** A command: a text is split into words as a shell does, a list is taken as it is. */
function argv(description: string) {
  const json = { anyOf: [{ type: "string" }, { type: "array", items: { type: scalarTypes } }], description };
  return leaf(json, (input): string[] | Refusal => {
    if (typeof input === "string") return shellWords(input) ?? new Refusal("opens a quote that is never closed");
    if (!Array.isArray(input)) return new Refusal(`must be a command, not ${describe(input)}`);
    const wrong: unknown = input.find((word: unknown) => !scalarTypes.includes(typeof word));
    return wrong === undefined ? input.map(String) : new Refusal(`must be a list of words, not of ${describe(wrong)}`);
  });
}

/** A list of what `read` makes of each entry, which `json` describes; what is no list is a list of one. */
function listOf<T>(json: Record<string, unknown>, read: (input: unknown) => T | Refusal, description: string) {
  return z.pipe(
    z.unknown().check(z.meta({ anyOf: [json, { type: "array", items: json }], description })),
    z.pipe(
      z.transform((input: unknown) => (Array.isArray(input) ? input : [input])),
      z.array(leaf(json, read)),
    ),
  );
}

/** A size in bytes, written as Docker reads it. */
function dockerSize(description: string) {
  const json = { type: ["integer", "string"], pattern: dockerSizePattern, minimum: 0, description };
  return leaf(json, (input): number | Refusal => {
    const bytes = typeof input === "string" || typeof input === "number" ? parseDockerSize(String(input)) : null;
    if (bytes !== null) return bytes;
    if (Number.parseFloat(String(input)) < 0) return new Refusal(`must not be negative, as ${describe(input)} is`);
    return new Refusal(`must be a size, not ${describe(input)}`, "write 64m");
  });
}

/** A limit of a container's processes. */
interface Ulimit {
  soft: number;
  hard: number;
}

const limitJson = { type: "integer", minimum: -1 };

const ulimit = leaf(
  {
    anyOf: [limitJson, { type: "object", properties: { soft: limitJson, hard: limitJson } }],
    description: "A number, or soft and hard; -1: no limit",
  },
  (input): Ulimit | Refusal => {
    const { soft, hard } = isPlainMap(input) ? input : { soft: input, hard: input };
    const limit = { soft: Number(soft ?? hard ?? Number.NaN), hard: Number(hard ?? soft ?? Number.NaN) };
    if (![limit.soft, limit.hard].every((value) => Number.isInteger(value) && value >= -1)) {
      const wrong = isPlainMap(input) ? (Number.isInteger(limit.soft) ? hard : soft) : input;
      return new Refusal(`must be a number of at least 0, or soft and hard, not ${describe(wrong)}`, "-1: no limit");
    }
    const isUpsideDown = limit.hard !== -1 && (limit.soft === -1 || limit.soft > limit.hard);
    return isUpsideDown ? new Refusal("must have a soft limit that is not above the hard one") : limit;
  },
);

/** `ulimits:`; whether there are such limits is said by `checkUlimits`. */
const ulimitsSchema = z
  .record(z.string(), ulimit)
  .check(z.meta({ description: "Limits of its processes, as in nofile: 65536" }));

/** `labels:`, a map or a list of name=value. */
export const labelsSchema = z
  .union([z.array(z.string()), z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))])
  .check(z.meta({ description: "Labels of the container" }));

/** `volumes:`. */
const volumesSchema = listOf(
  { type: ["string", "object"], description: "As in data:/var/lib/data:ro" },
  parseMount,
  "Volumes: data:/path is the fleet's, ./folder:/path a folder of this machine, /path one without a name",
);

/** `tmpfs:`. */
const tmpfsSchema = listOf(
  { type: "string", description: "As in /run:size=64m" },
  parseTmpfs,
  "Folders inside that are kept in memory",
);

/** What can be said of every container. */
export const containerShape = {
  pull: z.optional(choice(pullPolicies, "When its image is fetched; default: missing")),
  command: z.optional(argv("The container's command; default: the image's")),
  entrypoint: z.optional(argv("The container's entry point; default: the image's")),
  volumes: z.optional(volumesSchema),
  tmpfs: z.optional(tmpfsSchema),
  user: z.optional(scalar("The user inside, as in postgres or 1000:1000; default: the image's")),
  shm_size: z.optional(dockerSize("Size of /dev/shm, as in 256m; default: Docker's")),
  ulimits: z.optional(ulimitsSchema),
  init: z.optional(flag("Run a small init inside, which reaps orphans")),
  labels: z.optional(labelsSchema),
};

/** A registry's address may come before the name, a tag or a digest after it. */
const imagePattern = /^\w[\w.-]*(:\d+)?(\/\w[\w.-]*)*(:\w[\w.-]{0,127})?(@\w+:[\da-fA-F]{32,})?$/;

/** An image's name. */
export const imageSchema = leaf(
  { type: "string", description: "The image, as in postgres:16" },
  (input): string | Refusal => {
    const image = typeof input === "string" ? input.trim() : "";
    if (imagePattern.test(image)) return image;
    return new Refusal(`must be an image as in postgres:16, not ${describe(input)}`);
  },
);
