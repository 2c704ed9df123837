import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import { counted } from "../../ui/text/amount.ts";
import { type FailureStory, nextStep } from "../output/failure-report.ts";
import { printable } from "../output/printable.ts";
import { type RunAccount, type ServiceAccount, tellsFailure } from "./run-account.ts";

const marks = { passed: "✅", failed: "❌", interrupted: "⏹️", skipped: "⏭️" } as const;

/**
 * A run as Markdown: how it ended, each service in a row, and the failure report. Pure; whatever programs have printed stays
 * text. `logs`: of what failed, by unit or service, as paths beside it.
 */
export function summaryMarkdown(account: RunAccount, logs: ReadonlyMap<string, string> = new Map()): string {
  const { services, command, exitCode, fleet, remarks, timedOutMs, tookMs } = account;
  const failed = services.filter((s) => s.outcome === "failed");
  const parts = [`## ${exitCode === 0 ? "✅" : "❌"} ${words(fleet)}: ${words(headline(account, failed.length))}`];
  parts.push(
    `${counted(services.length, "service")}, ${formatDuration(tookMs)}, exit code ${exitCode}, begun ${new Date(account.startedAt).toISOString()}`,
  );
  if (services.length > 0) {
    const rows = services.map((s) => {
      const times = [s.buildMs, s.readyMs].map((ms) => (ms === null ? "–" : formatDuration(ms)));
      return `| ${marks[s.outcome]} ${words(s.name)} | ${words(s.what)} | ${times.join(" | ")} |`;
    });
    parts.push(["| service | how it went | built in | ready after |", "| --- | --- | --- | --- |", ...rows].join("\n"));
  }
  if (command !== null) {
    const mark = command.exitCode === 0 ? "✅" : "❌";
    parts.push(`${mark} ${code(command.text)} ended with ${command.exitCode} after ${formatDuration(command.tookMs)}`);
  }
  if (timedOutMs !== null) parts.push(`The start was waited for ${formatDuration(timedOutMs)}.`);
  for (const { stories } of failed) for (const story of stories) parts.push(formatStory(story, logs));
  const told = account.end === null ? remarks : [...remarks, account.end];
  if (exitCode !== 0 && !tellsFailure(account) && told.length > 0) parts.push(fence(told));
  return `${parts.join("\n\n")}\n`;
}

function headline({ exitCode, services, command, timedOutMs }: RunAccount, failed: number): string {
  if (exitCode === 0) return "all is well";
  if (timedOutMs !== null) return "not ready in time";
  if (failed > 0) return `${failed} of ${counted(services.length, "service")} failed`;
  if (exitCode === exitCodes.unreachable) return "could not find out how it went";
  if (services.some((s: ServiceAccount) => s.outcome === "interrupted")) return "interrupted";
  if (command !== null && command.exitCode !== 0) return `the command ended with ${command.exitCode}`;
  return `ended with ${exitCode}`;
}

function formatStory(story: FailureStory, logs: ReadonlyMap<string, string>): string {
  const { target, step, lines } = story;
  const parts = [`### ${code(target.shownAs ?? target.name)} ${words(target.what)}`];
  if (lines.length > 0) parts.push(fence(lines));
  const advice = nextStep(target);
  const notes = [...(step === null ? [] : [step]), ...(advice === null ? [] : [advice])].map(words);
  const log = logs.get(target.name);
  if (log !== undefined) notes.push(`its log: ${code(log)}`);
  if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join("\n"));
  return parts.join("\n\n");
}

/** Lines as they are; the fence is longer than any that they hold. */
function fence(lines: readonly string[]): string {
  const text = lines.flatMap((line) => line.split("\n")).map((line) => printable(line, false));
  const longest = Math.max(2, ...text.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const ticks = "`".repeat(longest + 1);
  return [`${ticks}text`, ...text, ticks].join("\n");
}

/** Text for the middle of a line, in which nothing is markup. */
function words(text: string): string {
  return printable(text.replace(/\s+/g, " "), false).replace(/[\\`*_[\]<>|~&]/g, (c) =>
    c === "<" ? "&lt;" : c === ">" ? "&gt;" : c === "&" ? "&amp;" : `\\${c}`,
  );
}

function code(text: string): string {
  const line = printable(text.replace(/\s+/g, " "), false);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}
