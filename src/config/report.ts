import type { Diagnostic, Location } from "../model/diagnostic.ts";

/** Gathers the diagnostics of one reading of the config. */
export class Report {
  /** By place and message: what several services share (an entry with a pattern, an env file) is said once. */
  readonly #found = new Map<string, Diagnostic>();

  error(code: string, message: string, location: Location | null, hint: string | null = null): void {
    this.#add({ severity: "error", code, message, location, hint });
  }

  warning(code: string, message: string, location: Location | null, hint: string | null = null): void {
    this.#add({ severity: "warning", code, message, location, hint });
  }

  note(code: string, message: string, location: Location | null, hint: string | null = null): void {
    this.#add({ severity: "note", code, message, location, hint });
  }

  #add(diagnostic: Diagnostic): void {
    const { location, message } = diagnostic;
    const place = location === null ? "" : `${location.file}:${location.line}:${location.column}`;
    this.#found.set(`${place} ${message}`, diagnostic);
  }

  /** All of them, by file and line; those of one place keep the order in which they were found. */
  sorted(): Diagnostic[] {
    return [...this.#found.values()].sort((a, b) => {
      const file = compare(a.location?.file ?? "", b.location?.file ?? "");
      if (file !== 0) return file;
      const line = (a.location?.line ?? 0) - (b.location?.line ?? 0);
      return line !== 0 ? line : (a.location?.column ?? 0) - (b.location?.column ?? 0);
    });
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `did you mean "depends_on"?`, or null where nothing is close. */
export function didYouMean(suggestion: string | null): string | null {
  return suggestion === null ? null : `did you mean "${suggestion}"?`;
}
