import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  decodePosition,
  encodePosition,
  type LogPosition,
  PositionFile,
} from "../../../src/engine/vendors/log-position.ts";
import { tempFolder } from "../../helpers/processes.ts";

const position: LogPosition = {
  container: "0123456789abcdef".repeat(4),
  generation: 7,
  ends: { out: 5_000_000_000, err: 12 },
  mark: {
    since: "2026-11-21T18:05:31.500781655Z",
    count: 3,
    newest: "2026-11-21T18:05:32.000000001Z",
    total: 6_000_000_000,
    open: { out: false, err: true },
  },
};

describe("how far a log was taken", () => {
  test("is the same after it was written down", () => {
    expect(decodePosition(encodePosition(position, 41))).toEqual({ position, turn: 41 });
  });

  test("is nothing where a single byte of it is another", () => {
    const bytes = encodePosition(position, 0);
    for (let at = 0; at < bytes.length; at++) {
      const torn = Buffer.from(bytes);
      torn[at] = (torn[at] ?? 0) ^ 1;
      expect(decodePosition(torn)).toBeNull();
    }
  });

  test.each([0, 1, 100, 255])("is nothing where only %i bytes of it were written", (length) => {
    expect(decodePosition(encodePosition(position, 0).subarray(0, length))).toBeNull();
  });

  const at = (count: number): LogPosition => ({ ...position, mark: { ...position.mark, count } });

  test("is what was written last, and what was written before where that is torn", () => {
    const folder = tempFolder();
    const path = join(folder, "container.pos");
    const file = new PositionFile(folder);
    expect(file.read()).toBeNull();
    expect(existsSync(path)).toBe(false);
    for (let count = 1; count <= 5; count++) {
      file.write(at(count));
      expect(new PositionFile(folder).read()).toEqual(at(count));
    }
    file.close();
    expect(statSync(path)).toMatchObject({ size: 512 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(path);
    // The fifth is in the first place again.
    writeFileSync(path, bytes.fill(0, 100, 200));
    const next = new PositionFile(folder);
    expect(next.read()).toEqual(at(4));
    next.write(at(6));
    next.close();
    expect(new PositionFile(folder).read()).toEqual(at(6));
    writeFileSync(path, "nonsense");
    expect(new PositionFile(folder).read()).toBeNull();
  });
});
