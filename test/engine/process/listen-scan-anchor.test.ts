import { describe, expect, test } from "vitest";
import { ListenScanAnchor } from "../../../src/engine/process/listen-scan-anchor.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

const socketsOpen = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;

describe.each(["tcp", "tcp6"] as const)("the anchor of %s scans", (family) => {
  test("holds one connection of this process with itself, or none, and lets go of it", async () => {
    const before = socketsOpen();
    const anchor = new ListenScanAnchor(family);
    await anchor.improve();
    await waitUntil("the other draws are closed", () => socketsOpen() <= before + 2);
    // None where another connection of the machine stands at the head.
    expect([before, before + 2]).toContain(socketsOpen());
    await anchor.improve();
    expect(socketsOpen()).toBeLessThanOrEqual(before + 2);
    anchor.close();
    await waitUntil("it has let go", () => socketsOpen() === before);
  });
});
