import { type FailureStory, formatFailure } from "../output/failure-report.ts";
import { formatTimeout } from "../output/timeout-report.ts";

/** The failure report: one block each. */
export function formatFailures(stories: readonly FailureStory[], hasColor: boolean): string {
  return stories.map((story) => formatFailure(story, hasColor)).join("\n");
}

/** What was waited for, in a line each, and then how far that has come which has something to say. */
export function formatTimeoutReport(stories: readonly FailureStory[], tookMs: number, hasColor: boolean): string {
  const list = formatTimeout(
    stories.map((s) => s.target),
    tookMs,
  );
  const telling = stories.filter((s) => s.lines.length > 0 || s.step !== null);
  return telling.length === 0 ? list : `${list}\n${formatFailures(telling, hasColor)}`;
}
