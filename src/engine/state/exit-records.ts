import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { ExitStatus } from "../../model/cause.ts";
import type { Failure } from "../../model/failure.ts";
import { parseUnitId, type UnitId } from "../../model/ids.ts";
import { parseExitStatus } from "../process/fork-server/exit-file.ts";

/** That a run of a oneshot was begun and, once it has ended, how. */
export interface ExitRecord {
  unit: UnitId;
  generation: number;
  /** Null until it has ended, or for ever where nobody was left to see its end. */
  status: ExitStatus | null;
}

/** How often a code that is to come in a moment is looked for, and for how long at most. */
const lookEveryMs = 5;
const lookForMs = 1_000;

/**
 * `.orchestra/exits/`: one file for the newest run of each oneshot, `migrate#1.3`. It is made empty before the program is
 * started, and the fork server, which outlives the daemon for this, writes into it how the program ended. So a new daemon
 * knows of each oneshot whether it was begun and how it ended, and none is run twice.
 */
export class ExitRecords {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The newest record of each unit. A file that holds nothing of sense counts as without a status. */
  all(): ExitRecord[] {
    const newest = new Map<UnitId, ExitRecord>();
    for (const { unit, generation } of this.#list()) {
      if ((newest.get(unit)?.generation ?? 0) >= generation) continue;
      newest.set(unit, { unit, generation, status: this.#read(unit, generation) });
    }
    return [...newest.values()];
  }

  /** The record as it is by now. */
  refreshed({ unit, generation, status }: ExitRecord): ExitRecord {
    return { unit, generation, status: status ?? this.#read(unit, generation) };
  }

  /** True where the run was begun, and how it ended is not written down. */
  isOpen(unit: UnitId, generation: number): boolean {
    return existsSync(this.#fileOf(unit, generation)) && this.#read(unit, generation) === null;
  }

  /** Notes that a run is about to begin, and forgets the earlier ones of its unit. `file` is for the fork server. */
  begin(unit: UnitId, generation: number): { ok: true; file: string } | { ok: false; failure: Failure } {
    const file = this.#fileOf(unit, generation);
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      closeSync(openSync(file, "w", 0o600));
    } catch (error) {
      const errno = (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
      const message = `that it begins cannot be noted in ${this.#dir} (${errno}), and so it might be run twice`;
      const hint = "make that folder writable for you";
      return { ok: false, failure: { kind: "spawn-failed", file: basename(file), errno, message, hint } };
    }
    for (const other of this.#list()) {
      if (other.unit === unit && other.generation < generation) this.forget(unit, other.generation);
    }
    return { ok: true, file };
  }

  /** For a run that did not begin after all. */
  forget(unit: UnitId, generation: number): void {
    rmSync(this.#fileOf(unit, generation), { force: true });
  }

  /** How a run that has just ended did so. Its holder may take a moment to write that down; `unknown` where it does not. */
  async statusOf(unit: UnitId, generation: number): Promise<ExitStatus> {
    const deadline = performance.now() + lookForMs;
    for (;;) {
      const status = this.#read(unit, generation);
      if (status !== null) return status;
      if (performance.now() > deadline || !existsSync(this.#fileOf(unit, generation))) return { kind: "unknown" };
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  #list(): { unit: UnitId; generation: number }[] {
    let names: string[];
    try {
      names = readdirSync(this.#dir);
    } catch {
      return [];
    }
    return names.flatMap((name) => {
      const match = /^(.+)\.(\d{1,15})$/.exec(name);
      const unit = (match?.[1] ?? "") as UnitId;
      return parseUnitId(unit).index === null ? [] : [{ unit, generation: Number(match?.[2]) }];
    });
  }

  #read(unit: UnitId, generation: number): ExitStatus | null {
    try {
      return parseExitStatus(readFileSync(this.#fileOf(unit, generation), "utf8"));
    } catch {
      return null;
    }
  }

  #fileOf(unit: UnitId, generation: number): string {
    return join(this.#dir, `${unit}.${generation}`);
  }
}
