/** A place in a config file. Lines and columns count from 1, in UTF-16 code units. */
export interface Location {
  file: string;
  line: number;
  column: number;
  /** Length of the marked text, at least 1. */
  length: number;
  /** The whole line, for the excerpt. */
  excerpt: string;
}

/** A located mistake (`error`) or remark (`warning`, `note`) about a config file. Only errors keep a fleet from starting. */
export interface Diagnostic {
  severity: "error" | "warning" | "note";
  /** Stable, kebab-case: `unknown-key`, `wrong-type`, `unknown-service`, `cycle`, … */
  code: string;
  message: string;
  /** Null only where there is no file to point into. */
  location: Location | null;
  /** `did you mean "depends_on"?`, or what to do. */
  hint: string | null;
}

/** True where at least one diagnostic keeps the fleet from starting. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}
