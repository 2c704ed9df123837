import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { FleetWatch, type FleetWatchOptions } from "../../../src/engine/watch/fleet-watch.ts";
import type { WatchFilter, WatchPlan } from "../../../src/engine/watch/watch-plan.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** So short that tests are quick, and longer than two writes in a row take on a busy machine. */
export const quietMs = 60;

/** Changes and troubles as they were told, in order: `orders: main.go`, `orders (test): main_test.go`, `! …`. */
export class WatchedFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "watch-")));
  readonly told: string[] = [];
  readonly watch: FleetWatch;
  /** What was found has been read before it is needed; at once here, where it takes three seconds else. */
  hasLearnt = true;
  #marks = 0;
  /** Timers of bursts that were not told of yet. */
  #waiting = 0;

  constructor(options: Partial<FleetWatchOptions> = {}) {
    this.watch = new FleetWatch({
      clock: { now: systemClock.now, after: (ms, fn) => this.#after(ms, fn) },
      onChange: (service, { files, more, kind }) => {
        const names = files.map((file) => relative(this.path, file)).join(" ");
        this.told.push(`${service}${kind === "test" ? " (test)" : ""}: ${names}${more > 0 ? ` and ${more} more` : ""}`);
      },
      onTrouble: (service, message) => this.told.push(`! ${service ?? "all"}: ${message}`),
      ...options,
    });
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes files by their paths in the folder, as if long ago, and makes the folders that they need. */
  old(files: Record<string, string>): void {
    this.write(files);
    const then = new Date(Date.now() - 60_000);
    for (const name of Object.keys(files)) utimesSync(this.join(name), then, then);
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.join(name)), { recursive: true });
      writeFileSync(this.join(name), text);
    }
  }

  /** Follows `service` by directories written `dir` (its Go files), `dir/**` (all below it) or `dir/**.go`, and files. */
  follow(service: string, paths: string[], ignore: Partial<WatchPlan["ignore"]> = {}, debounceMs = quietMs): void {
    this.watch.follow(service, this.plan(paths, ignore), debounceMs);
  }

  plan(paths: string[], ignore: Partial<WatchPlan["ignore"]> = {}): WatchPlan {
    const directories: WatchPlan["directories"] = [];
    const files: string[] = [];
    for (const path of paths) {
      const dir = this.join(path.replace(/\/?\*\*(\.go)?$/, ""));
      const whole = (filter: WatchFilter, gitignore: boolean) => ({ dir, recursive: true, filter, gitignore });
      if (path.endsWith("**")) directories.push(whole("all", true));
      else if (path.endsWith("**.go")) directories.push(whole("go-tree", false));
      else if (path.includes(".")) files.push(dir);
      else directories.push({ dir, recursive: false, filter: "go", gitignore: false });
    }
    return { directories, files, ignore: { globs: [], base: this.path, files: [], ...ignore } };
  }

  /** Waits until something was told since the last time, and gives all of it. */
  async hears(): Promise<string[]> {
    await waitUntil("a change is told", () => this.told.length > 0);
    return this.told.splice(0);
  }

  /** What was told until a change made now was told and all was quiet, without that one. */
  async soFar(): Promise<string[]> {
    this.#marks += 1;
    const name = `mark-${this.#marks}`;
    mkdirSync(this.join(name));
    this.follow("mark", [name]);
    await this.watch.settled();
    this.write({ [`${name}/mark.go`]: "" });
    const said = `mark: ${name}/mark.go`;
    await waitUntil("the mark is told, and all that came before", () => {
      return this.#waiting === 0 && this.told.includes(said);
    });
    return this.told.splice(0).filter((line) => line !== said);
  }

  #after(ms: number, fn: () => void): () => void {
    if (ms === 3000) {
      this.hasLearnt = false;
      return systemClock.after(0, () => {
        this.hasLearnt = true;
        fn();
      });
    }
    // What is watched no more is let go after a second.
    if (ms >= 1000) return systemClock.after(ms, fn);
    this.#waiting += 1;
    let isOver = false;
    const over = () => {
      if (!isOver) this.#waiting -= 1;
      isOver = true;
    };
    const cancel = systemClock.after(ms, () => {
      fn();
      over();
    });
    return () => {
      cancel();
      over();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch.close();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** How many folders this process has inotify watches on. */
export function inotifyWatches(): number {
  let count = 0;
  for (const name of readdirSync("/proc/self/fdinfo")) {
    try {
      count += readFileSync(`/proc/self/fdinfo/${name}`, "utf8")
        .split("\n")
        .filter((l) => l.startsWith("inotify wd:")).length;
    } catch {
      // Closed meanwhile.
    }
  }
  return count;
}
