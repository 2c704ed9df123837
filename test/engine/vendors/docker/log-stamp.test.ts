import { describe, expect, test } from "vitest";
import { sinceOf, stampAt } from "../../../../src/engine/vendors/docker/log-stamp.ts";

describe("times of Docker's logs", () => {
  test.each([
    ["2026-11-21T18:05:31.500781655Z", "1795284331.500781655"],
    ["2026-11-21T18:05:31.000000001Z", "1795284331.000000001"],
    ["2026-11-21T18:05:31.5Z", "1795284331.500000000"],
    ["2026-11-21T18:05:31Z", "1795284331.000000000"],
    ["2026-11-21T20:05:31.5+02:00", "1795284331.500000000"],
    ["", undefined],
    ["yesterday", undefined],
  ])("%j is asked for as %j, to the nanosecond", (time, since) => {
    expect(sinceOf(time)).toBe(since);
  });

  test.each([
    ["2026-11-21T18:05:31.500781655Z text", "2026-11-21T18:05:31.500781655Z"],
    ["2026-11-21T18:05:31.500781655Ztext", null],
    ["2026-11-21T18:05:31.50078Z text text text", null],
    ["2026", null],
  ])("%j begins with %j", (text, time) => {
    expect(stampAt(Buffer.from(text), 0)).toBe(time);
  });
});
