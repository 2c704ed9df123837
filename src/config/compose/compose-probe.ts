import { shellQuote } from "../../lib/shell-quote.ts";
import type { ProbeSpec } from "../../model/service.ts";
import type { Report } from "../report.ts";
import { describe, isPlainMap } from "../schema-kit.ts";
import type { ProbeReader } from "../vendors/vendor-parts.ts";
import { looseCount, looseDuration } from "./compose-schema.ts";
import { type ForeignService, readSetting } from "./setting.ts";

/** Docker's own timing, where a healthcheck says nothing of it. */
const usual = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3 };

const known = ["test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"];

/** What `healthcheck:` means for readiness: its command, run inside. Without one the image's own check counts. */
export function composeProbe(service: ForeignService, report: Report): ProbeReader {
  const setting = service.settings.get("healthcheck");
  if (setting === undefined) return () => null;
  const { source } = service;
  const { value, path } = setting;
  if (!isPlainMap(value)) {
    const message = `"healthcheck" must be a map of keys and values, not ${describe(value)}`;
    report.error("wrong-type", message, source.valueAt(path));
    return () => null;
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key) || key.startsWith("x-")) continue;
    report.error(
      "unknown-key",
      `unknown key "${key}"`,
      source.keyAt([...path, key]),
      `known here: ${known.join(", ")}`,
    );
  }
  const parts: ForeignService = { ...service, settings: settingsIn(value, path) };
  const timing = {
    intervalMs: readSetting(parts, "interval", looseDuration, report) ?? usual.intervalMs,
    timeoutMs: readSetting(parts, "timeout", looseDuration, report) ?? usual.timeoutMs,
    // Nothing counts as failing before it was ready once, which is what a start period is for.
    delayMs: 0,
    successThreshold: 1,
    failureThreshold: readSetting(parts, "retries", looseCount, report) ?? usual.retries,
  };
  const command = commandOf(value);
  switch (command.kind) {
    case "command":
      return () => ({ action: { kind: "exec", command: command.line }, ...timing });
    case "none":
      return (ports) => portProbe(ports.length > 0, timing);
    case "image":
      report.warning(
        "no-effect",
        "without a test of its own the image's healthcheck is used as it is",
        source.keyAt(path),
      );
      return () => null;
    case "mistake":
      report.error("bad-value", `"test" ${command.message}`, source.valueAt([...path, "test"]), command.hint);
      return () => null;
  }
}

/** The image's check is not wanted: a port that answers has to do. */
function portProbe(hasPorts: boolean, timing: Omit<ProbeSpec, "action">): ProbeSpec | null {
  return hasPorts ? { action: { kind: "tcp", port: null, host: "localhost" }, ...timing } : null;
}

function settingsIn(value: Record<string, unknown>, path: readonly PropertyKey[]): ForeignService["settings"] {
  const given = Object.entries(value).filter(([, part]) => part !== null);
  return new Map(given.map(([key, part]) => [key, { value: part, path: [...path, key] }]));
}

type Command =
  | { kind: "command"; line: string }
  | { kind: "none" }
  | { kind: "image" }
  | { kind: "mistake"; message: string; hint: string | null };

function commandOf({ test = null, disable }: Record<string, unknown>): Command {
  if (disable === true || disable === "true") return { kind: "none" };
  if (test === null) return { kind: "image" };
  if (typeof test === "string" && test.trim() !== "") return { kind: "command", line: test };
  const hint = 'write [CMD, program, argument] or [CMD-SHELL, "a command line"]';
  if (!Array.isArray(test) || test.length === 0) {
    return { kind: "mistake", message: `must be a command, not ${describe(test)}`, hint };
  }
  const [form, ...words] = test.map(String);
  if (form === "NONE") return { kind: "none" };
  if (form === "CMD-SHELL" && words.length === 1) return { kind: "command", line: words[0] ?? "" };
  if (form === "CMD" && words.length > 0) return { kind: "command", line: words.map(asWord).join(" ") };
  return { kind: "mistake", message: `must begin with CMD, CMD-SHELL or NONE, not ${describe(form)}`, hint };
}

function asWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word);
}
