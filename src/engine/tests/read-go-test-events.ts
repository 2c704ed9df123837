import { LineKeeper } from "./line-keeper.ts";

/** One test, or a package that failed as a whole: it does not build, its TestMain gave up, its process ended. */
export interface FailedTest {
  /** `shop/orders TestPlace/empty`, or the package alone. */
  name: string;
  /** What it wrote, or what kept it from being built. */
  output: string[];
}

/** What a run of `go test -json` came to. A test counts where it has no tests of its own, or has failed by itself. */
export interface GoTestResults {
  passed: number;
  failed: number;
  skipped: number;
  failures: FailedTest[];
  /** What was no event: what the go command says about itself. */
  remarks: string[];
}

/** Who hears what the tests write, line by line. */
export interface GoTestListener {
  /** All of it, as `go test -v` prints it. */
  onOutput?: ((line: string) => void) | undefined;
  /** What `go test` prints: packages, failures once their test is over, what does not build. */
  onLine?: ((line: string) => void) | undefined;
}

/** The reading of one run. */
export interface GoTestReading {
  /** Takes one line of its output, without the line's end. */
  push(line: string): void;
  /** To be asked once the command has ended. */
  end(): GoTestResults;
}

/** Reads the events of `go test -json`, from Go 1.20 on, among lines that are no events. Does no I/O. */
export function readGoTestEvents(listener: GoTestListener = {}): GoTestReading {
  return new Reading(listener);
}

interface GoTestEvent {
  Action: string;
  Package?: string;
  Test?: string;
  Output?: string;
  ImportPath?: string;
  FailedBuild?: string;
}

interface RunningTest {
  readonly output: LineKeeper;
  hasSubtests: boolean;
  hasFailedSubtest: boolean;
}

interface RunningPackage {
  readonly output: LineKeeper;
  readonly tests: Map<string, RunningTest>;
  hasFailedTest: boolean;
}

const frame = /^\s*(=== (RUN|PAUSE|CONT|NAME)\b|--- (PASS|SKIP):)/;
const verdict = /^(PASS|FAIL)$/;
const noTests = /^\?\s.*\[no test files\]$/;

class Reading implements GoTestReading {
  readonly #listener: GoTestListener;
  readonly #packages = new Map<string, RunningPackage>();
  /** By what did not build. Go tells it before the packages that fail of it. */
  readonly #builds = new Map<string, LineKeeper>();
  readonly #remarks = new LineKeeper();
  readonly #failures: FailedTest[] = [];
  /** Before Go 1.24 the compiler's words are plain lines under a heading. */
  #heading: string | null = null;
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(listener: GoTestListener) {
    this.#listener = listener;
  }

  push(line: string): void {
    const event = parse(line);
    if (event === null) this.#remark(line);
    else if (event.ImportPath !== undefined && event.Package === undefined) this.#build(event.ImportPath, event);
    else if (event.Package !== undefined) this.#take(event.Package, event);
  }

  end(): GoTestResults {
    return {
      passed: this.#passed,
      failed: this.#failed,
      skipped: this.#skipped,
      failures: this.#failures,
      remarks: this.#remarks.lines(),
    };
  }

  #remark(line: string): void {
    const heading = /^# (.+)$/.exec(line);
    if (heading !== null) this.#heading = heading[1] as string;
    if (this.#heading === null) this.#remarks.push(`${line}\n`);
    else this.#keeperOf(this.#heading).push(`${line}\n`);
    this.#say(line, line !== "");
  }

  #build(path: string, event: GoTestEvent): void {
    if (event.Action !== "build-output") return;
    for (const line of this.#keeperOf(path).push(event.Output ?? "")) this.#say(line, true);
  }

  #take(name: string, event: GoTestEvent): void {
    this.#heading = null;
    const { Action: action, Test: test } = event;
    const found = this.#packageOf(name);
    switch (action) {
      case "run":
        if (test !== undefined) this.#begin(found, test);
        break;
      case "output":
        this.#output(found, test, event.Output ?? "");
        break;
      case "pass":
      case "fail":
      case "skip":
        if (test !== undefined) this.#endTest(name, found, test, action);
        else this.#endPackage(name, found, event);
        break;
    }
  }

  #begin(found: RunningPackage, test: string): RunningTest {
    const begun = { output: new LineKeeper(), hasSubtests: false, hasFailedSubtest: false };
    found.tests.set(test, begun);
    for (const parent of ancestors(found, test)) parent.hasSubtests = true;
    return begun;
  }

  #output(found: RunningPackage, test: string | undefined, text: string): void {
    const of = test === undefined ? found : (found.tests.get(test) ?? this.#begin(found, test));
    for (const line of of.output.push(text)) {
      // What a test writes is of interest once it has failed; its package's verdict and its last words are at once.
      this.#say(line, test === undefined && !verdict.test(line) && !noTests.test(line));
    }
  }

  #endTest(packageName: string, found: RunningPackage, name: string, how: "pass" | "fail" | "skip"): void {
    const test = found.tests.get(name) ?? this.#begin(found, name);
    found.tests.delete(name);
    if (how === "skip") this.#skipped += 1;
    else if (how === "pass") this.#passed += test.hasSubtests ? 0 : 1;
    else if (!test.hasFailedSubtest) this.#fail(packageName, found, name, test);
  }

  #endPackage(name: string, found: RunningPackage, { Action: action, FailedBuild: build }: GoTestEvent): void {
    this.#packages.delete(name);
    if (action !== "fail") return;
    // What was running when the process ended has no end of its own.
    for (const [test, running] of [...found.tests].toReversed()) {
      if (!running.hasFailedSubtest) this.#fail(name, found, test, running);
    }
    if (found.hasFailedTest) return;
    const compiler = this.#compilerOutput(name, build);
    const own = found.output.lines().filter((line) => !verdict.test(line) && !/^FAIL\t/.test(line));
    this.#failed += 1;
    this.#failures.push({ name, output: [...compiler, ...own] });
  }

  #fail(packageName: string, found: RunningPackage, name: string, test: RunningTest): void {
    const output: string[] = [];
    for (const parent of ancestors(found, name)) {
      parent.hasFailedSubtest = true;
      output.push(...parent.output.lines().filter((line) => !frame.test(line)));
    }
    output.push(...test.output.lines().filter((line) => !frame.test(line)));
    found.hasFailedTest = true;
    this.#failed += 1;
    this.#failures.push({ name: `${packageName} ${name}`, output });
    for (const line of output) this.#listener.onLine?.(line);
  }

  #compilerOutput(name: string, build: string | undefined): string[] {
    const paths = [
      ...(build === undefined ? [] : [build]),
      `${name} [${name}.test]`,
      `${name}_test [${name}.test]`,
      name,
    ];
    const path = paths.find((p) => this.#builds.has(p));
    return path === undefined ? [] : this.#keeperOf(path).lines();
  }

  #packageOf(name: string): RunningPackage {
    const known = this.#packages.get(name);
    if (known !== undefined) return known;
    const found = { output: new LineKeeper(), tests: new Map(), hasFailedTest: false };
    this.#packages.set(name, found);
    return found;
  }

  #keeperOf(path: string): LineKeeper {
    const known = this.#builds.get(path);
    if (known !== undefined) return known;
    const keeper = new LineKeeper();
    this.#builds.set(path, keeper);
    return keeper;
  }

  #say(line: string, isNews: boolean): void {
    this.#listener.onOutput?.(line);
    if (isNews) this.#listener.onLine?.(line);
  }
}

/** The tests that `name` is a part of, the outermost first. The name of a subtest may hold a slash of its own. */
function ancestors(found: RunningPackage, name: string): RunningTest[] {
  const parts = name.split("/");
  return parts.slice(1).flatMap((_, i) => found.tests.get(parts.slice(0, i + 1).join("/")) ?? []);
}

/** Null for a line that is no event of `go test`, whatever else it is. */
function parse(line: string): GoTestEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    const value = JSON.parse(line) as Partial<GoTestEvent> | null;
    return typeof value?.Action === "string" ? (value as GoTestEvent) : null;
  } catch {
    return null;
  }
}
