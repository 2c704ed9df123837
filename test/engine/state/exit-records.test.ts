import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeExitFile } from "../../../src/engine/process/fork-server/exit-file.ts";
import { ExitRecords } from "../../../src/engine/state/exit-records.ts";
import { replicaId } from "../../../src/model/ids.ts";
import { tempFolder } from "../../helpers/processes.ts";

const job = replicaId("job", 1);
const other = replicaId("job.2", 1);

function begin(records: ExitRecords, unit: typeof job, generation: number): string {
  const begun = records.begin(unit, generation);
  if (!begun.ok) throw new Error(begun.failure.message);
  return begun.file;
}

describe("the record of a oneshot's run", () => {
  test("is there, empty and the user's alone, from before its start; a newer run of the unit replaces it", () => {
    const dir = join(tempFolder(), "exits");
    const records = new ExitRecords(dir);
    expect(records.all()).toEqual([]);
    const file = begin(records, job, 9);
    begin(records, other, 3);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new ExitRecords(dir).all()).toEqual(
      expect.arrayContaining([
        { unit: job, generation: 9, status: null },
        { unit: other, generation: 3, status: null },
      ]),
    );
    begin(records, job, 10);
    expect(readdirSync(dir).sort()).toEqual(["job#1.10", "job.2#1.3"]);
    records.forget(job, 10);
    expect(records.all()).toEqual([{ unit: other, generation: 3, status: null }]);
  });

  test.each([
    { kind: "code", code: 0 },
    { kind: "code", code: 143 },
    { kind: "signal", signal: "SIGTERM" },
  ] as const)("says how it ended: %o", async (status) => {
    const records = new ExitRecords(join(tempFolder(), "exits"));
    writeExitFile(begin(records, job, 2), status);
    expect(records.all()).toEqual([{ unit: job, generation: 2, status }]);
    expect(await records.statusOf(job, 2)).toEqual(status);
  });

  test("may come a moment after the end; where it does not come, or there is none, the end is unknown", async () => {
    const records = new ExitRecords(join(tempFolder(), "exits"));
    const file = begin(records, job, 2);
    const status = records.statusOf(job, 2);
    writeExitFile(file, { kind: "code", code: 4 });
    expect(await status).toEqual({ kind: "code", code: 4 });
    begin(records, job, 3);
    expect(await records.statusOf(job, 3)).toEqual({ kind: "unknown" });
    expect(await records.statusOf(job, 77)).toEqual({ kind: "unknown" });
  });

  test("with nonsense in it says nothing", () => {
    const dir = tempFolder();
    for (const [name, text] of Object.entries({ "a#1.1": "4", "b#1.1": "SIG\n", "c#1.1": "1e3\n", "d.1": "0\n" })) {
      writeFileSync(join(dir, name), text);
    }
    expect(new ExitRecords(dir).all().map(({ unit, status }) => [unit, status])).toEqual([
      ["a#1", null],
      ["b#1", null],
      ["c#1", null],
    ]);
  });

  test("that cannot be made keeps its run from starting", () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "exits"), "");
    const begun = new ExitRecords(join(folder, "exits")).begin(job, 1);
    expect(begun).toMatchObject({ ok: false, failure: { kind: "spawn-failed", errno: "EEXIST" } });
    chmodSync(folder, 0o700);
    rmSync(join(folder, "exits"));
  });

  test("is not made again by a holder whose fleet was removed", () => {
    const dir = join(tempFolder(), "exits");
    const file = begin(new ExitRecords(dir), job, 1);
    rmSync(dir, { recursive: true });
    writeExitFile(file, { kind: "code", code: 0 });
    expect(new ExitRecords(dir).all()).toEqual([]);
  });
});
