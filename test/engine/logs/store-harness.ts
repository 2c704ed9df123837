import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { LogStore, type LogStoreOptions } from "../../../src/engine/logs/log-store.ts";
import { replicaId } from "../../../src/model/ids.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../../src/model/log.ts";

/** A folder, the stores on it and the writers into it; gone when the test is. */
export interface LogBench {
  dir: string;
  store(options?: Partial<LogStoreOptions>): LogStore;
  /** Begins a generation of `service#1` and runs a Node program that writes into it. */
  write(
    store: LogStore,
    service: string,
    program: string,
    options?: { generation?: number; splitStderr?: boolean },
  ): Writer;
  close(): Promise<void>;
}

export interface Writer {
  child: ChildProcess;
  ended: Promise<void>;
}

export function logBench(): LogBench {
  const dir = mkdtempSync(join(tmpdir(), "orchestra-logs-"));
  const stores: LogStore[] = [];
  const writers: Writer[] = [];
  return {
    dir,
    store(options = {}) {
      const store = new LogStore({ dir: join(dir, "logs"), keepMs: 1e9, maxSizeBytes: 1e12, ...options });
      stores.push(store);
      return store;
    },
    write(store, service, program, { generation = 1, splitStderr = false } = {}) {
      const target = store.begin({ ...run(service, generation), startedAt: Date.now(), splitStderr });
      if (!target.ok) throw new Error(target.failure.message);
      const [out, err] = [openSync(target.out, "a"), openSync(target.err, "a")];
      const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", out, err] });
      closeSync(out);
      closeSync(err);
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      const writer = { child, ended };
      writers.push(writer);
      return writer;
    },
    async close() {
      for (const { child } of writers) child.kill("SIGKILL");
      await Promise.all(writers.map(({ ended }) => ended));
      for (const store of stores) await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function run(
  service: string,
  generation: number,
): { unit: ReturnType<typeof replicaId>; service: string; index: number; generation: number } {
  return { unit: replicaId(service, 1), service, index: 1, generation };
}

/** Pages forward from `from` until `isDone`; returns complete lines, and fails where one is doubled. */
export async function pageForward(
  store: LogStore,
  query: Partial<LogQuery>,
  isDone: (page: LogPage) => boolean = (page) => page.atEnd,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let from: LogCursor | "start" | "end" = query.from ?? "start";
  let isTestOver = false;
  onTestFinished(() => {
    isTestOver = true;
  });
  while (!isTestOver) {
    const page: LogPage = await store.read({ units: [], limit: 100, ...query, direction: "forward", from });
    lines.push(...page.lines.filter((line) => !line.isPartial));
    from = page.after;
    if (isDone(page)) return lines;
  }
  throw new Error("the test ended while it read on");
}

/** Pages backward from the end to the start. */
export async function pageBackward(store: LogStore, query: Partial<LogQuery>): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let from: LogCursor | "start" | "end" = query.from ?? "end";
  for (;;) {
    const page: LogPage = await store.read({ units: [], limit: 100, ...query, direction: "backward", from });
    lines.unshift(...page.lines);
    from = page.before;
    if (page.atStart) return lines;
  }
}

/** The texts of lines without separators. */
export function texts(lines: LogLine[]): string[] {
  return lines.filter((line) => line.kind === "line").map((line) => line.text);
}

/** `0 … count-1`, as a writer numbers its lines. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
