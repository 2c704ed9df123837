import { readdirSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ListenScanAnchor } from "../../../src/engine/process/listen-scan-anchor.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

function socketsOpen(): number {
  const targets = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "";
    }
  });
  return targets.filter((to) => to.startsWith("socket:")).length;
}

describe.each(["tcp", "tcp6"] as const)("the anchor of %s scans", (family) => {
  test("holds three connections of this process with itself at most, and lets go of it", async () => {
    const before = socketsOpen();
    const anchor = new ListenScanAnchor(family);
    await anchor.improve();
    await waitUntil("the other draws are closed", () => socketsOpen() <= before + 6);
    // Fewer where other connections of the machine stand at the head.
    expect((socketsOpen() - before) % 2).toBe(0);
    await anchor.improve();
    expect(socketsOpen()).toBeLessThanOrEqual(before + 6);
    anchor.close();
    await waitUntil("it has let go", () => socketsOpen() === before);
  });
});
