import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** SQLite's code for a lock that somebody else holds; its upper bytes may say more. */
const sqliteBusy = 5;

/**
 * How long SQLite itself tries. Not zero: of two that ask in the same moment each may stand in the other's way, and
 * both would go home empty-handed.
 */
const busyTimeoutMs = 100;

/**
 * The right to be the fleet's daemon, held from `take` to `release` or to the death of the process, however it dies:
 * an exclusive transaction on a database file, which the system ends with its process. (A lock made by creating a
 * file, and broken by unlinking it, gave two owners in 1 of 20 races.)
 */
export class DaemonLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The lock, or null where another process has it. Throws where the file cannot be opened or is no database. */
  static take(file: string): DaemonLock | null {
    const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    try {
      chmodSync(file, 0o600);
      database.exec("BEGIN EXCLUSIVE");
      return new DaemonLock(database);
    } catch (error) {
      database.close();
      if (isBusy(error)) return null;
      throw error;
    }
  }

  release(): void {
    this.#database.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === sqliteBusy;
}
