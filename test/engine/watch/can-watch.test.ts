import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { canWatch } from "../../../src/engine/watch/can-watch.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { inotifyWatches } from "./watched-folder.ts";

test("folders can be watched where the system has watches, one that is gone included, and none is kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "can-watch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const before = inotifyWatches();
  expect(canWatch([folder, join(folder, "gone")])).toBe(true);
  await waitUntil("all are given back", () => inotifyWatches() === before);
});
