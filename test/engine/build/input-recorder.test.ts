import { expect, test, vi } from "vitest";
import { findGo } from "../../../src/engine/build/go-environment.ts";
import { InputRecorder } from "../../../src/engine/build/input-recorder.ts";
import { StatCache } from "../../../src/engine/build/stat-cache.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { goService } from "./service-spec.ts";
import { TempFolder } from "./temp-folder.ts";

/** Loaded machines are slow. */
const limitMs = 50_000;
vi.setConfig({ testTimeout: limitMs + 10_000 });

describeWith("go", "what builds were made of", () => {
  test("is told at once for those that wait together, also where the last of them cannot be listed", async () => {
    await using folder = new TempFolder();
    folder.write({
      "go.mod": "module example.com/shop\n\ngo 1.19\n",
      "orders/main.go": "package main\n\nfunc main() {}\n",
      "gateway/main.go": "package main\n\nfunc main() {}\n",
    });
    const env = { ...process.env } as Record<string, string>;
    const go = findGo(env, new StatCache());
    const told: (readonly string[])[] = [];
    const recorder = new InputRecorder(folder.join("bin"), (keys) => told.push(keys));
    for (const name of ["orders", "gateway", "nowhere"]) {
      const job = { service: goService(name, folder.join(name)), env, force: false };
      recorder.add({ key: name, job, go: go ?? "", record: null, startedAt: Date.now(), namesBefore: new Map() });
    }
    await waitUntil("it is told", () => told.length > 0, limitMs);
    await recorder.close();
    expect(told).toEqual([["orders", "gateway"]]);
  });
});
