/** What became of `${…}` in a text. */
export interface Interpolated {
  value: string;
  /** Names that nothing gives a value; they stay as they were written. */
  unknown: string[];
}

/**
 * Replaces `${NAME}`, and `${NAME:-default}` where NAME is empty or has no value; `$${` stands for `${`. `lookUp`
 * returns null for a name without a value. Nothing else that begins with `$` is touched.
 */
export function interpolate(text: string, lookUp: (name: string) => string | null): Interpolated {
  const unknown: string[] = [];
  const value = text.replace(
    /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (match: string, escaped: string | undefined, name: string | undefined, fallback: string | undefined) => {
      if (escaped !== undefined || name === undefined) return "${";
      const found = lookUp(name);
      if (fallback !== undefined && (found === null || found === "")) return fallback;
      if (found !== null) return found;
      unknown.push(name);
      return match;
    },
  );
  return { value, unknown };
}
