import type { BuildJob, BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import type { BuildPart, PartedBuild, SharedCommand, Toolchain } from "../../../src/engine/build/toolchain.ts";

/**
 * Builds end when the test says so. The key of a service is its name up to the first dash, so that `a-1` and `a-2` are
 * services of one package.
 */
export class FakeToolchain implements Toolchain {
  /** Commands in the order in which they began; those of several builds joined by blanks. */
  readonly begun: string[] = [];
  readonly fresh = new Set<string>();
  readonly checked: string[] = [];
  /** Keys of builds that may share a command. */
  readonly sharing = new Set<string>();
  isClosed = false;
  readonly #ends = new Map<string, (outcome: BuildOutcome | null) => void>();
  readonly #settling = new Map<string, PromiseWithResolvers<void>>();

  keyOf({ service }: BuildJob): string {
    return service.name.split("-")[0] ?? "";
  }

  findFresh(key: string): { artifact: string; durationMs: number } | null {
    this.checked.push(key);
    return this.fresh.has(key) ? { artifact: `/bin/${key}`, durationMs: 9 } : null;
  }

  inputsOf(): null {
    return null;
  }

  settling(key: string): Promise<void> | null {
    return this.#settling.get(key)?.promise ?? null;
  }

  async build(key: string, _job: BuildJob, signal: AbortSignal): Promise<BuildOutcome> {
    this.begun.push(key);
    const outcome = await this.#untilEnd(key);
    return signal.aborted || outcome === null ? { ok: false, cancelled: true } : outcome;
  }

  sharedCommandOf(job: BuildJob): SharedCommand | null {
    const key = this.keyOf(job);
    return this.sharing.has(key) ? { key: "shared", name: key } : null;
  }

  /** Each part ends when the test says so, and the command with the last of them. */
  buildTogether(parts: readonly BuildPart[]): PartedBuild {
    this.begun.push(parts.map(({ key }) => key).join(" "));
    const outcomes = parts.map(async ({ key, signal }): Promise<BuildOutcome | null> => {
      const outcome = await this.#untilEnd(key);
      return signal.aborted ? { ok: false, cancelled: true } : outcome;
    });
    return { outcomes, ended: Promise.all(outcomes).then(() => undefined) };
  }

  get running(): string[] {
    return [...this.#ends.keys()];
  }

  /** Null: the shared command did not make it. */
  end(key: string, outcome: BuildOutcome | null = built(key)): void {
    const end = this.#ends.get(key);
    this.#ends.delete(key);
    end?.(outcome);
  }

  settle(key: string): () => void {
    const settling = Promise.withResolvers<void>();
    this.#settling.set(key, settling);
    return () => {
      this.#settling.delete(key);
      settling.resolve();
    };
  }

  async prune(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #untilEnd(key: string): Promise<BuildOutcome | null> {
    const { promise, resolve } = Promise.withResolvers<BuildOutcome | null>();
    this.#ends.set(key, resolve);
    return promise;
  }
}

export const built = (key: string): BuildOutcome => ({
  ok: true,
  artifact: `/bin/${key}`,
  durationMs: 5,
  skipped: false,
});

export const skipped = (key: string): BuildOutcome => ({
  ok: true,
  artifact: `/bin/${key}`,
  durationMs: 9,
  skipped: true,
});
