import { expect, test } from "vitest";
import { logPath, parseLogPath } from "../../../src/engine/logs/log-path.ts";

test.each<[string, ReturnType<typeof parseLogPath>]>([
  [logPath("/f/logs", "api", 2, 7, "out"), { service: "api", index: 2, generation: 7 }],
  [logPath("/f/logs", "api", 2, 7, "err"), null],
  ["/f/logs/api/2/7.idx", null],
  ["/f/logs/api/2", null],
  ["/f/logs/api/x/7.log", null],
  ["/f/logs/api/2/7.log/more", null],
  ["/f/logs2/api/2/7.log", null],
  ["/dev/null", null],
])("%s is the log of %o", (path, run) => {
  expect(parseLogPath("/f/logs", path)).toEqual(run);
});
