import type { TestCounts } from "../../model/service-snapshot.ts";

/** Tests in words, `12 tests passed, 1 failed, 2 skipped`; empty where no command told. */
export function countWords(counts: readonly Omit<TestCounts, "ms">[]): string {
  if (counts.every(({ passed, failed, skipped }) => passed === null && failed === null && skipped === null)) return "";
  const sum = (key: "passed" | "failed" | "skipped"): number => counts.reduce((all, c) => all + (c[key] ?? 0), 0);
  const passed = sum("passed");
  const words = [`${passed} ${passed === 1 ? "test" : "tests"} passed`];
  if (sum("failed") > 0) words.push(`${sum("failed")} failed`);
  if (sum("skipped") > 0) words.push(`${sum("skipped")} skipped`);
  return words.join(", ");
}
