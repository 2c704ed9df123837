import { relative } from "node:path";
import { formatDuration } from "../../lib/format-duration.ts";
import { hintOf } from "../output/describe-state.ts";
import { listNames } from "../output/list-names.ts";
import { paint } from "../output/paint.ts";
import { printable, printableWords } from "../output/printable.ts";
import { countWords } from "./count-words.ts";
import { type TestResult, titleOf } from "./test-result.ts";

/** Of a command that names no tests, the end of its output. */
const shownLines = 40;
/** More of them are in the log. */
const shownTests = 20;

/**
 * What failed, once more, with its output and where all of it is; a block for each, empty where nothing failed. Pure.
 *
 * @param from the folder from which files are named
 */
export function formatTestFailures(results: readonly TestResult[], from: string, hasColor: boolean): string {
  return results
    .map((result) => block(result, from, hasColor))
    .filter((text) => text !== "")
    .map((text) => `\n${text}`)
    .join("");
}

function block(result: TestResult, from: string, hasColor: boolean): string {
  const { outcome, log } = result;
  if (outcome.status === "blocked") return `${head(result, outcome.failure.message, hasColor)}${outcome.report}`;
  if (outcome.status !== "failed") return "";
  const { failure, failures } = outcome;
  const output = "output" in failure ? failure.output.slice(-shownLines) : [];
  const body =
    failures.length === 0
      ? quote(output, hasColor)
      : failures
          .slice(0, shownTests)
          .map(({ name, output }) => `  ${paint(hasColor, "bold", printableWords(name))}\n${quote(output, hasColor)}`)
          .join("");
  const left = failures.length - shownTests;
  const hints = [
    ...(left > 0 ? [`and ${left} more`] : []),
    ...(hintOf(failure) === null ? [] : [printableWords(hintOf(failure) ?? "")]),
    ...(log === null || failure.kind === "toolchain-missing" ? [] : [`all of it: ${shortPath(log, from)}`]),
  ];
  return `${head(result, failure.message, hasColor)}${body}${hints.map((hint) => `  ${hint}\n`).join("")}`;
}

function shortPath(file: string, from: string): string {
  const path = relative(from, file);
  return path.startsWith("..") ? file : path;
}

function head(result: TestResult, message: string, hasColor: boolean): string {
  return `${paint(hasColor, "red", `${titleOf(result)} ${printableWords(message)}`)}\n`;
}

function quote(lines: readonly string[], hasColor: boolean): string {
  return lines.map((line) => `    ${paint(hasColor, "dim", "│")} ${printable(line, hasColor)}\n`).join("");
}

/** The last lines: how many services, how many tests, and which did not make it. Pure. */
export function summarizeTests(results: readonly TestResult[], tookMs: number): string {
  const named = (...statuses: TestResult["outcome"]["status"][]): string[] =>
    results.filter(({ outcome }) => statuses.includes(outcome.status)).map(titleOf);
  const failed = named("failed", "blocked");
  const tested = results.filter(({ outcome }) => outcome.status === "passed" || outcome.status === "failed");
  const counts = countWords(tested.flatMap(({ outcome }) => ("counts" in outcome ? [outcome.counts] : [])));
  const lines: string[] = [];
  if (tested.length > 0) {
    const names = listNames([...new Set(tested.map(({ service }) => service))]);
    lines.push(`tested ${names} in ${formatDuration(tookMs)}${counts === "" ? "" : `: ${counts}`}`);
  }
  if (failed.length > 0) lines.push(`failed: ${listNames(failed, 50)}`);
  for (const { outcome, ...result } of results) {
    if (outcome.status === "skipped") lines.push(`${titleOf(result)} not run: ${outcome.why}`);
  }
  const cut = named("interrupted");
  if (cut.length > 0) lines.push(`interrupted before the end of ${listNames(cut)}`);
  return lines.map((line) => `${line}\n`).join("");
}
