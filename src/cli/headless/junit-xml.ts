import { formatDuration } from "../../lib/format-duration.ts";
import { version } from "../../lib/version.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";
import { formatFailures } from "./failure-texts.ts";
import { type RunAccount, type ServiceAccount, tellsFailure } from "./run-account.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

interface Case {
  name: string;
  tookMs: number;
  /** What JUnit calls how it ended; null where it is well. */
  end: { tag: "failure" | "error" | "skipped"; type: string; message: string; text: string } | null;
  out: string;
}

/**
 * A run as JUnit XML: one suite, a case for each service, one for the command of `--then`, and one for the run itself
 * where only that went wrong: a run that does not end with 0 is never all green. Pure.
 */
export function junitXml(account: RunAccount): string {
  const cases = casesOf(account);
  const counts = [
    ["tests", cases.length],
    ["failures", cases.filter((c) => c.end?.tag === "failure").length],
    ["errors", cases.filter((c) => c.end?.tag === "error").length],
    ["skipped", cases.filter((c) => c.end?.tag === "skipped").length],
  ] as const;
  const totals = counts.map(([name, count]) => ` ${name}="${count}"`).join("");
  const head = `name="${xmlAttribute(account.fleet)}"${totals} time="${seconds(account.tookMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${head}>`,
    `  <testsuite ${head} timestamp="${new Date(account.startedAt).toISOString().slice(0, 19)}">`,
    "    <properties>",
    `      <property name="orchestra.version" value="${xmlAttribute(version)}"/>`,
    `      <property name="orchestra.exitCode" value="${account.exitCode}"/>`,
    "    </properties>",
    ...cases.map((c) => formatCase(c, account.fleet)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function casesOf(account: RunAccount): Case[] {
  const { command, exitCode, remarks, services, tookMs } = account;
  const cases = services.map(caseOf);
  if (command !== null) {
    const message = `\`${command.text}\` ended with ${command.exitCode}`;
    const end = { tag: "failure", type: "exited", message, text: message } as const;
    cases.push({
      name: `--then ${command.text}`,
      tookMs: command.tookMs,
      end: command.exitCode === 0 ? null : end,
      out: "",
    });
  }
  if (exitCode !== 0 && !tellsFailure(account)) {
    const message = account.end?.split("\n")[0] ?? `the run ended with ${exitCode}`;
    const text = [`the run ended with ${exitCode}`, ...remarks, ...(account.end === null ? [] : [account.end])].join(
      "\n",
    );
    cases.push({ name: "orchestra --headless", tookMs, end: { tag: "error", type: "run", message, text }, out: "" });
  }
  return cases;
}

function caseOf(service: ServiceAccount): Case {
  const { name, outcome, what, kind, stories, tookMs, buildMs, tests } = service;
  const built = buildMs === null ? "" : `built in ${formatDuration(buildMs)}\n`;
  const out = tests === null ? built : `${built}${describeTests(tests)}\n`;
  if (outcome === "passed") return { name, tookMs, end: null, out: `${out}${what}\n` };
  const tag = ({ failed: "failure", interrupted: "error", skipped: "skipped" } as const)[outcome];
  // Some show the message alone, and others the text alone.
  const text = stories.length === 0 ? `${name} ${what}\n` : formatFailures(stories, false);
  return { name, tookMs, end: { tag, type: kind ?? outcome, message: what, text }, out };
}

function describeTests({ passed, failed, skipped, ms }: TestCounts): string {
  const counts = [
    [passed, "passed"],
    [failed, "failed"],
    [skipped, "skipped"],
  ].flatMap(([count, word]) => (count === null ? [] : [`${count} ${word}`]));
  return `tested in ${formatDuration(ms)}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

function formatCase({ name, tookMs, end, out }: Case, fleet: string): string {
  const head = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(fleet)}" time="${seconds(tookMs)}"`;
  const parts: string[] = [];
  if (end?.tag === "skipped") parts.push(`      <skipped message="${xmlAttribute(end.message)}"/>`);
  else if (end !== null) {
    const attributes = `message="${xmlAttribute(end.message)}" type="${xmlAttribute(end.type)}"`;
    parts.push(`      <${end.tag} ${attributes}>${xmlText(end.text)}</${end.tag}>`);
  }
  if (out !== "") parts.push(`      <system-out>${xmlText(out)}</system-out>`);
  return parts.length === 0 ? `${head}/>` : [`${head}>`, ...parts, "    </testcase>"].join("\n");
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}
