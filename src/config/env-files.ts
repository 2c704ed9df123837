import { resolve } from "node:path";
import type { EnvFile } from "../model/service.ts";
import { parseDotenv } from "./dotenv.ts";
import { readSource } from "./read-source.ts";
import type { Report } from "./report.ts";
import type { LazyLocation, Path, YamlSource } from "./yaml-source.ts";

type Content =
  | { kind: "values"; values: Record<string, string> }
  | { kind: "problem"; problem: string; hint: string | null };

/** Reads env files, each once however many services name it. */
export class EnvFiles {
  /** Every path that was asked for, also where there was nothing. */
  readonly files = new Set<string>();
  readonly #read = new Map<string, Content>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The files that the key `env_file` at `path` names, resolved against `folder`. Those that cannot be read are reported. */
  load(names: readonly string[], folder: string, source: YamlSource, path: Path): EnvFile[] {
    return names.flatMap((name, i) => this.loadOne(resolve(folder, name), () => source.valueAt([...path, i])) ?? []);
  }

  /** The env file at the absolute path `file`; null where it cannot be read, which is reported at the place that names it. */
  loadOne(file: string, at: LazyLocation): EnvFile | null {
    const content = this.#contentOf(file);
    if (content.kind === "values") return { path: file, values: content.values };
    this.#report.error("env-file", `${file} ${content.problem}`, at(), content.hint);
    return null;
  }

  #contentOf(file: string): Content {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const content = this.#fresh(file);
    this.files.add(file);
    this.#read.set(file, content);
    return content;
  }

  #fresh(file: string): Content {
    const reading = readSource(file);
    if (reading.kind === "absent") {
      return { kind: "problem", problem: "does not exist", hint: "make it, or take it out of env_file" };
    }
    if (reading.kind === "unreadable") return { kind: "problem", problem: reading.problem, hint: reading.hint };
    const { values, mistakes } = parseDotenv(reading.source.text);
    for (const { line, message } of mistakes) {
      // The line itself is left out: it may be a password, and diagnostics end up in CI logs.
      this.#report.error("env-file", message, { file, line, column: 1, length: 1, excerpt: "" });
    }
    return { kind: "values", values };
  }
}
