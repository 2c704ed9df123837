import { type Diagnostic, hasErrors } from "../../model/diagnostic.ts";
import type { StampedEvent } from "../../model/event.ts";
import { parseUnitId } from "../../model/ids.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { AfterReply } from "../after-reply.ts";
import { concerns } from "../concerns.ts";
import { describeEvent } from "../output/describe-event.ts";
import { type FailureStory, nextStep } from "../output/failure-report.ts";
import { LogPrinter } from "../output/log-printer.ts";
import type { Output } from "../output/output.ts";
import { printable, printableWords } from "../output/printable.ts";
import { PullNews } from "../output/pull-news.ts";
import { formatTimeout } from "../output/timeout-report.ts";
import type { Accepted } from "../run-command.ts";
import { compilerErrors } from "./compiler-errors.ts";
import { formatFailures } from "./failure-texts.ts";
import type { Reporter } from "./reporter.ts";
import { placeInRepository } from "./repository.ts";
import type { SecretMask } from "./secret-mask.ts";
import { type AnnotationPlace, annotation, folded, inert } from "./workflow-command.ts";

/** So much of a unit's output is held back until it is known whether it passes; beyond, what there is is folded. */
const mostHeld = 256 * 1024;
/** GitHub shows ten errors of a step. */
const mostAnnotations = 10;
/** An annotation is a card, not a log. */
const mostShown = 12;

/** What one unit, or one hook, has printed since the last time. */
interface Section {
  lines: string[];
  size: number;
  /** Once it has failed, its output is folded no more. */
  hasFailed: boolean;
  printer: LogPrinter;
}

/**
 * Output for the log of GitHub Actions. What a unit does and prints is held back until its fate is known: folded under one
 * line where it passes, in full where it fails. Errors become annotations, those of compilers at their line. All of it goes
 * to one stream, so that no message ends up in somebody's fold.
 */
export class GithubReporter implements Reporter {
  readonly #output: Output;
  readonly #repository: string;
  readonly #mask: SecretMask;
  readonly #news: AfterReply;
  readonly #pulls = new PullNews();
  readonly #sections = new Map<string, Section>();
  #snapshot: FleetSnapshot | null = null;

  /**
   * @param repository the folder that paths in annotations begin at
   * @param mask for annotations, which are shown to more people than a log is
   */
  constructor(output: Output, repository: string, mask: SecretMask) {
    this.#output = output;
    this.#repository = repository;
    this.#mask = mask;
    this.#news = new AfterReply((event, before) => this.#tell(event, before));
  }

  fleet(snapshot: FleetSnapshot): void {
    this.#snapshot ??= snapshot;
  }

  accepted(reply: Accepted): void {
    this.#news.release(concerns(reply));
  }

  event(stamped: StampedEvent, before: FleetSnapshot): void {
    const { event } = stamped;
    if (event.kind === "fleetLoaded" && this.#snapshot !== null) {
      this.#snapshot = { ...this.#snapshot, services: event.services };
    }
    if (event.kind === "hookOutput") {
      const lines = event.text.replace(/\n$/, "").split("\n");
      this.#hold(`hook: ${event.hook}`, ...lines.map((line) => `│ ${printable(line, this.#output.hasColor)}`));
    } else if (event.kind === "hookFinished") {
      const title = `hook: ${event.hook}`;
      if (event.exitCode === 0) this.#fold(title, title);
      else this.#unfold(title);
    } else this.#news.take(stamped, before);
  }

  logs(lines: readonly LogLine[]): void {
    for (const line of lines) this.#section(line.unit).printer.print([line]);
  }

  failed(stories: readonly FailureStory[]): void {
    for (const { target } of stories) this.#unfold(target.name);
    // What only waits for something that has failed is no error of its own.
    const own = stories.filter((s) => s.target.failure !== null);
    for (const story of own.length > 0 ? own : stories) this.#annotate(story);
    this.#print(`\n${formatFailures(stories, this.#output.hasColor)}`);
  }

  timedOut(stories: readonly FailureStory[], tookMs: number): void {
    for (const { target } of stories) this.#unfold(target.name);
    const targets = stories.map((s) => s.target);
    const text = formatTimeout(targets, tookMs).trimEnd();
    this.#annotation("error", "not ready in time", text);
    this.#print(`${text}\n`);
    const telling = stories.filter((s) => s.lines.length > 0 || s.step !== null);
    if (telling.length > 0) this.#print(`\n${formatFailures(telling, this.#output.hasColor)}`);
  }

  commandEnded(command: string, exitCode: number): void {
    if (exitCode === 0) return;
    this.#annotation("error", "--then failed", `\`${printableWords(command)}\` ended with ${exitCode}`);
  }

  say(text: string): void {
    this.#print(text);
  }

  /** The config's mistakes and remarks, at their place. */
  diagnostics(diagnostics: readonly Diagnostic[]): void {
    for (const { severity, message, hint, location } of diagnostics) {
      if (severity === "note") continue;
      const place = location === null ? null : placeInRepository(this.#repository, this.#repository, location);
      const text = hint === null ? message : `${message}\n${hint}`;
      const title = hasErrors(diagnostics) && severity === "error" ? "the configuration is wrong" : "configuration";
      this.#annotation(severity, title, text, place);
    }
  }

  /** Prints what is still held back. */
  end(): void {
    for (const [name, { hasFailed }] of this.#sections) {
      if (hasFailed) this.#unfold(name);
      else this.#fold(name, `${name} output`);
    }
  }

  #tell(stamped: StampedEvent, before: FleetSnapshot): void {
    const { event } = stamped;
    const pulling = this.#pulls.take(stamped);
    if (pulling !== null) this.#print(`${pulling.subject} ── ${pulling.text}\n`);
    const line = describeEvent(stamped, before);
    if (line === null) return;
    if (event.kind === "replicaChanged") {
      const { id, state } = event.replica;
      this.#hold(id, `${line.subject} ── ${line.text}`);
      const { phase } = state;
      if (phase === "failed") this.#unfold(id);
      if (phase === "ready" || phase === "completed" || phase === "stopped")
        this.#fold(id, `${line.subject} ${line.text}`);
      return;
    }
    const isWarning = event.kind === "noticed" && event.level === "warning";
    const isTrouble = event.kind === "rerunChanged" && event.rerun.trouble !== null;
    if (isWarning || isTrouble) this.#annotation("warning", line.subject, `${line.subject} ${line.text}`);
    else if (event.kind === "configRejected") this.#annotation("error", line.subject, line.text);
    else this.#print(`${line.subject} ── ${line.text}\n`);
  }

  #annotate(story: FailureStory): void {
    const { target, step, lines } = story;
    const name = printableWords(target.shownAs ?? target.name);
    const failure = target.failure?.kind === "gave-up" ? target.failure.last : target.failure;
    const isOfSources = failure?.kind === "build-failed" || failure?.kind === "test-failed";
    const places = isOfSources ? this.#placesIn(target.name, failure.output) : [];
    const title = isOfSources
      ? `${parseUnitId(name).name} ${failure.kind === "build-failed" ? "does not build" : "fails its tests"}`
      : name;
    for (const { place, message } of places.slice(0, mostAnnotations)) {
      this.#annotation("error", title, message, place);
    }
    if (places.length > 0) return;
    const shown = lines.slice(-mostShown).map((line) => printable(line, false));
    const advice = nextStep(target);
    const told = [`${name} ${printableWords(target.what)}`, ...shown, ...(step === null ? [] : [step])];
    this.#annotation("error", title, [...told, ...(advice === null ? [] : [advice])].join("\n"));
  }

  #placesIn(unit: string, output: readonly string[]) {
    const service = this.#snapshot?.services.find((s) => s.name === parseUnitId(unit).name);
    if (service === undefined) return [];
    return compilerErrors(output).flatMap((error) => {
      const place = placeInRepository(this.#repository, service.dir, error);
      return place === null ? [] : [{ place, message: error.message }];
    });
  }

  #hold(name: string, ...lines: string[]): void {
    const section = this.#section(name);
    section.lines.push(...lines);
    for (const line of lines) section.size += line.length;
    if (section.hasFailed) this.#unfold(name);
    else if (section.size > mostHeld) this.#fold(name, `${name} so far`);
  }

  #fold(name: string, title: string): void {
    const section = this.#sections.get(name);
    if (section === undefined || section.lines.length === 0) return;
    section.hasFailed = false;
    const [only] = section.lines;
    const isShort = section.lines.length === 1 && only !== undefined;
    this.#output.write(isShort ? `${inert(only)}\n` : folded(title, section.lines));
    section.lines = [];
    section.size = 0;
  }

  /** In full, and so is what follows until it is well. */
  #unfold(name: string): void {
    const section = this.#sections.get(name);
    if (section === undefined) return;
    section.hasFailed = true;
    if (section.lines.length > 0) this.#print(`${section.lines.join("\n")}\n`);
    section.lines = [];
    section.size = 0;
  }

  #section(name: string): Section {
    const known = this.#sections.get(name);
    if (known !== undefined) return known;
    const write = (text: string): void => this.#hold(name, ...text.replace(/\n$/, "").split("\n"));
    const { isTty, hasColor, columns } = this.#output;
    const output: Output = { write, isTty, hasColor, columns };
    const printer = new LogPrinter({ output, timestamps: false, json: false, showsRuns: false, isRaw: false });
    const section: Section = { lines: [], size: 0, hasFailed: false, printer };
    this.#sections.set(name, section);
    return section;
  }

  #annotation(level: "error" | "warning", title: string, text: string, place: AnnotationPlace | null = null): void {
    this.#output.write(annotation(level, title, this.#mask.text(text), place));
  }

  /** Text of several lines that no runner takes for a command. */
  #print(text: string): void {
    this.#output.write(text.split("\n").map(inert).join("\n"));
  }
}
