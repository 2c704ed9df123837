import { expect, test } from "vitest";
import { nextProbeStatus, type ProbeStatus, unknownStatus } from "../../../src/engine/probe/probe-status.ts";

/** `+` a success, `-` a failure; the verdicts after each: `y` passing, `n` failing, `?` none yet. */
test.each([
  { success: 1, failure: 1, results: "+", verdicts: "y" },
  { success: 1, failure: 1, results: "-", verdicts: "n" },
  { success: 1, failure: 1, results: "+-+-", verdicts: "ynyn" },
  { success: 1, failure: 3, results: "---", verdicts: "??n" },
  { success: 1, failure: 3, results: "--+--", verdicts: "??yyy" },
  { success: 1, failure: 3, results: "+---", verdicts: "yyyn" },
  { success: 1, failure: 3, results: "+--+---", verdicts: "yyyyyyn" },
  { success: 3, failure: 1, results: "+++", verdicts: "??y" },
  { success: 3, failure: 2, results: "++-+++", verdicts: "?????y" },
  { success: 2, failure: 2, results: "--+-++", verdicts: "?nnnny" },
  { success: 2, failure: 2, results: "-+-+-+", verdicts: "??????" },
])(
  "with thresholds $success and $failure, $results gives the verdicts $verdicts",
  ({ success, failure, results, verdicts }) => {
    const thresholds = { successThreshold: success, failureThreshold: failure };
    let status: ProbeStatus = unknownStatus;
    const seen = [...results].map((result) => {
      status = nextProbeStatus(status, result === "+", thresholds);
      return status.isPassing === null ? "?" : status.isPassing ? "y" : "n";
    });
    expect(seen.join("")).toBe(verdicts);
  },
);
