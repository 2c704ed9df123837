import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageBytes } from "../../../src/engine/process/page-bytes.ts";
import { readProcess } from "../../../src/engine/process/process-table.ts";

test("pages times their size are about what the system says that this process has in memory", () => {
  const pages = readProcess(process.pid)?.residentPages ?? 0;
  const said = Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  // The two are read at different moments, and other page sizes are at least four times as large.
  expect((pages * pageBytes()) / said).toBeGreaterThan(0.5);
  expect((pages * pageBytes()) / said).toBeLessThan(2);
});
