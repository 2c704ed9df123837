import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const orchestraMain = join(repository, "dist/main.js");
/** What a person calls: a script that picks a Node. */
export const orchestraBin = join(repository, "bin/orchestra");
export const programs = join(repository, "fixtures/programs");

/** A fleet in a temporary folder, made for one figure. `files` are paths and contents below its root. */
export class BenchFleet {
  readonly root: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(files: Record<string, string>) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-bench-")));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(this.root, path, ".."), { recursive: true });
      writeFileSync(join(this.root, path), content);
    }
    this.#env = { ...process.env };
    delete this.#env.CI;
  }

  get env(): NodeJS.ProcessEnv {
    return this.#env;
  }

  /** Runs a verb to its end and returns how long that took, in milliseconds. Throws where it fails. */
  run(...args: string[]): number {
    const startedAt = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [orchestraMain, ...args], {
      cwd: this.root,
      env: this.#env,
      encoding: "utf8",
    });
    const tookMs = performance.now() - startedAt;
    if (status !== 0) throw new Error(`orchestra ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    return tookMs;
  }

  /** What a verb prints. */
  print(...args: string[]): string {
    return spawnSync(process.execPath, [orchestraMain, ...args], { cwd: this.root, env: this.#env, encoding: "utf8" })
      .stdout;
  }

  /** Ends the fleet and its daemon, and removes the folder. */
  remove(): void {
    spawnSync(process.execPath, [orchestraMain, "down"], { cwd: this.root, env: this.#env });
    rmSync(this.root, { recursive: true, force: true });
  }
}
