import type { Diagnostic } from "../../../model/diagnostic.ts";

/** Diagnostics about files of the user's own, with `~` for the home folder. */
export function fromHome(diagnostics: readonly Diagnostic[], home: string | undefined): Diagnostic[] {
  if (home === undefined || home === "") return [...diagnostics];
  return diagnostics.map((diagnostic) => {
    const { location } = diagnostic;
    if (location === null || !location.file.startsWith(`${home}/`)) return diagnostic;
    return { ...diagnostic, location: { ...location, file: `~${location.file.slice(home.length)}` } };
  });
}
