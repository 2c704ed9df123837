import * as z from "zod/mini";
import { messageOf } from "../lib/message-of.ts";
import type { CommandRequest } from "../model/command.ts";
import { pullPolicies } from "../model/container.ts";
import type { UnitId } from "../model/ids.ts";
import type { LogCursor, LogQuery } from "../model/log.ts";
import type { StrayId } from "../model/stray.ts";

const select = z.strictObject({ names: z.array(z.string()), except: z.array(z.string()) });
const overrides = z.record(z.string(), z.string());
const count = z.int().check(z.nonnegative());

const command = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("start"),
    select,
    noDeps: z.boolean(),
    overrides,
    strays: z.optional(z.enum(["ask", "stop", "adopt", "ignore"])),
    rerun: z.optional(z.boolean()),
    inContainers: z.optional(z.boolean()),
    pull: z.optional(z.enum(pullPolicies)),
  }),
  z.strictObject({ kind: z.literal("stop"), select }),
  z.strictObject({ kind: z.literal("kill"), select }),
  z.strictObject({ kind: z.literal("restart"), select, noDeps: z.boolean(), overrides }),
  z.strictObject({ kind: z.literal("pause"), select }),
  z.strictObject({ kind: z.literal("resume"), select }),
  z.strictObject({ kind: z.literal("build"), select }),
  z.strictObject({ kind: z.literal("rebuild"), select }),
  z.strictObject({
    kind: z.literal("scale"),
    service: z.string(),
    change: z.union([z.strictObject({ to: count }), z.strictObject({ by: z.int() })]),
  }),
  z.strictObject({
    kind: z.literal("rerun"),
    select,
    to: z.enum(["on", "off", "toggle", "now"]),
    test: z.optional(z.boolean()),
  }),
  z.strictObject({ kind: z.literal("goBack"), select }),
  z.strictObject({
    kind: z.literal("strays"),
    action: z.enum(["stop", "adopt", "ignore"]),
    ids: z.array(z.custom<StrayId>((value) => typeof value === "string" && value.length > 0 && value.length < 200)),
  }),
  z.strictObject({ kind: z.literal("down") }),
]);

const commandRequest = z.strictObject({
  command,
  // What our own clients always send has a default for people who speak HTTP by hand.
  origin: z._default(z.enum(["cli", "dashboard", "headless", "http"]), "http"),
  callerEnv: z._default(z.nullable(z.record(z.string(), z.string())), null),
  lease: z._default(z.nullable(z.string()), null),
  commandId: z._default(z.string(), () => crypto.randomUUID()),
});

const logCursor = z.custom<LogCursor | "start" | "end">((value) => typeof value === "string" && value !== "");

const logQuery = z.strictObject({
  units: z.array(z.string()),
  from: logCursor,
  direction: z.enum(["forward", "backward"]),
  limit: count,
  grep: z.optional(z.string()),
  ignoreCase: z.optional(z.boolean()),
  since: z.optional(z.number()),
  generation: z.optional(count),
  waitMs: z.optional(z.number().check(z.nonnegative())),
  latest: z.optional(z.boolean()),
});

const revealRequest = z.strictObject({
  unit: z.custom<UnitId>((value) => typeof value === "string"),
  variable: z.string(),
});

/** Fails to compile once the schema and the type of the port differ. */
type Same<Checked, Wanted> = [Checked] extends [Wanted] ? ([Wanted] extends [Checked] ? Checked : never) : never;

/** A body that was checked, or what is wrong with it. */
type Parsed<T> = { ok: true; value: T } | { ok: false; message: string };

export function parseCommandRequest(body: string): Parsed<CommandRequest> {
  return parse<Same<z.infer<typeof commandRequest>, CommandRequest>>(commandRequest, body);
}

export function parseLogQuery(body: string): Parsed<LogQuery> {
  const parsed = parse<Same<z.infer<typeof logQuery>, LogQuery>>(logQuery, body);
  if (!parsed.ok || parsed.value.grep === undefined) return parsed;
  try {
    new RegExp(parsed.value.grep);
    return parsed;
  } catch (error) {
    return { ok: false, message: `grep: ${messageOf(error)}` };
  }
}

/** Whose variable is to be shown as it is. */
export function parseRevealRequest(body: string): Parsed<{ unit: UnitId; variable: string }> {
  return parse(revealRequest, body);
}

function parse<T>(schema: z.ZodMiniType<T>, body: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return { ok: false, message: `the body is no JSON: ${messageOf(error)}` };
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const [issue] = result.error.issues;
  return { ok: false, message: issue === undefined ? "the body is not valid" : describeIssue(issue) };
}

/** Words of our own: with zod's come its languages, 70 kB. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.length === 0 ? "the body" : issue.path.join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return `${path}: unknown key ${issue.keys.join(", ")}`;
    case "invalid_type":
      return `${path}: expected ${issue.expected}`;
    case "invalid_value":
      return `${path}: expected one of ${issue.values.join(", ")}`;
    case "invalid_union":
      return `${path}: not one of the forms that it may have`;
    default:
      return `${path}: not valid`;
  }
}
