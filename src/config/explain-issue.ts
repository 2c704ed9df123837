import type * as z from "zod/mini";
import type * as core from "zod/v4/core";
import { suggest } from "../lib/suggest.ts";
import { knownKeys } from "./known-keys.ts";
import { didYouMean, type Report } from "./report.ts";
import { describe, isPlainMap, listed } from "./schema-kit.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

type Issue = core.$ZodIssue;

/** A checked value, and which of its keys had to be left out because of mistakes in them. */
export interface ReadValue<Output> {
  output: Output;
  broken: ReadonlySet<string>;
}

/**
 * Checks the value at `base` of a file and reports what is not as `schema` says. The rest of it is still returned, so
 * that later checks find its other mistakes in the same go; null where nothing of it can be used.
 */
export function readValue<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  source: YamlSource,
  base: Path,
  report: Report,
): ReadValue<z.output<Schema>> | null {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { output: result.data, broken: new Set() };
  const { issues } = result.error;
  for (const issue of issues) explain(issue, { schema, source, base, report });
  if (!isPlainMap(value)) return null;
  const broken = new Set(issues.flatMap((issue) => keysToBlame(issue)));
  const rest = schema.safeParse(Object.fromEntries(Object.entries(value).filter(([key]) => !broken.has(key))));
  return rest.success ? { output: rest.data, broken } : null;
}

function keysToBlame(issue: Issue): string[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}

interface Place {
  schema: z.ZodMiniType;
  source: YamlSource;
  /** Where in the file the checked value stands. */
  base: Path;
  report: Report;
}

function explain(issue: Issue, place: Place): void {
  const path = [...place.base, ...issue.path];
  const label = labelOf(issue.path.some((step) => typeof step === "string") ? issue.path : path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(place.schema, issue.path);
      for (const key of issue.keys) explainUnknownKey(key, issue.path, known, place);
      return;
    }
    case "invalid_union": {
      const branch = likelyBranch(issue);
      if (branch === null) {
        const expected = issue.errors
          .flatMap((errors) => errors.map((e) => ("expected" in e ? nounOf(String(e.expected)) : "")))
          .filter(Boolean);
        place.report.error(
          "wrong-type",
          `${label} must be ${listed(expected)}, not ${describe(issue.input)}`,
          place.source.valueAt(path),
        );
        return;
      }
      for (const inner of branch) explain({ ...inner, path: [...issue.path, ...inner.path] }, place);
      return;
    }
    case "invalid_key": {
      const [message = "is no name that may stand here", hint = null] = issue.issues[0]?.message.split("\n") ?? [];
      place.report.error("bad-name", `"${String(issue.path.at(-1))}" ${message}`, place.source.keyAt(path), hint);
      return;
    }
    case "invalid_type": {
      if (issue.input === undefined) {
        place.report.error("missing-key", `${label} is missing`, place.source.keyAt(path));
        return;
      }
      const message = `${label} must be ${nounOf(issue.expected)}, not ${describe(issue.input)}`;
      place.report.error("wrong-type", message, place.source.valueAt(path), hintFor(issue));
      return;
    }
    case "custom": {
      const hint = typeof issue.params?.hint === "string" ? issue.params.hint : null;
      if (issue.input === undefined) place.report.error("missing-key", `${label} is missing`, place.source.keyAt(path));
      else place.report.error("bad-value", `${label} ${issue.message}`, place.source.valueAt(path), hint);
      return;
    }
    default:
      place.report.error("bad-value", `${label} ${issue.message}`, place.source.valueAt(path));
  }
}

/** What other tools call the same. */
const namesElsewhere: ReadonlyMap<string, string> = new Map([
  ["environment", "env"],
  ["healthcheck", "ready"],
  ["stop_signal", "stop"],
  ["stop_grace_period", "stop"],
  ["pull_policy", "pull"],
  ["requires", "depends_on"],
  ["cmd", "command"],
  ["publish", "ports"],
]);

function explainUnknownKey(key: string, path: Path, known: string[], place: Place): void {
  const ours = namesElsewhere.get(key);
  const hint =
    (ours !== undefined && known.includes(ours) ? didYouMean(ours) : null) ??
    didYouMean(suggest(key, known)) ??
    (known.length > 0 && known.length <= 6 ? `known here: ${known.join(", ")}` : null);
  place.report.error("unknown-key", `unknown key "${key}"`, place.source.keyAt([...place.base, ...path, key]), hint);
}

/** The branch of a union that the value was meant for: the only one whose complaints are not about the value's own type. */
function likelyBranch(issue: core.$ZodIssueInvalidUnion): Issue[] | null {
  const branches = issue.errors.filter(
    (errors) => !errors.some((e) => e.code === "invalid_type" && e.path.length === 0),
  );
  return branches.length === 1 ? (branches[0] ?? null) : null;
}

/** `"stop.grace"`, `an entry of "before"`, `this file`. */
function labelOf(path: Path): string {
  if (path.length === 0) return "this file";
  const isEntry = typeof path.at(-1) === "number";
  const keys = path.filter((step) => typeof step !== "number");
  return isEntry ? `an entry of "${keys.join(".")}"` : `"${keys.join(".")}"`;
}

function nounOf(expected: string): string {
  switch (expected) {
    case "string":
      return "text";
    case "array":
      return "a list";
    case "object":
    case "record":
      return "a map of keys and values";
    case "boolean":
      return "true or false";
    default:
      return `a ${expected}`;
  }
}

function hintFor(issue: core.$ZodIssueInvalidType): string | null {
  if (issue.expected === "string" && typeof issue.input !== "object") return "put it in quotes";
  if (issue.expected === "boolean" && typeof issue.input === "string" && /^(yes|no|on|off)$/i.test(issue.input)) {
    return `write ${/^(yes|on)$/i.test(issue.input)}`;
  }
  return null;
}
