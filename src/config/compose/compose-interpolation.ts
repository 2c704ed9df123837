/** What became of the variables in a text. */
export interface ComposeInterpolation {
  value: string;
  /** Names without a value; each stands for nothing. */
  unset: string[];
  /** Ends of sentences that begin with the text's key: `needs X: no password`. */
  mistakes: string[];
}

/**
 * Replaces variables as Compose does: `$X`, `${X}`, a default (`${X:-d}`, `${X-d}`), a demand (`${X:?why}`, `${X?why}`), a
 * replacement (`${X:+r}`, `${X+r}`); with a colon, an empty value counts as none. What follows may have variables too.
 * `$$` stands for `$`. Only what is used is looked up.
 */
export function interpolateCompose(text: string, lookUp: (name: string) => string | null): ComposeInterpolation {
  const result: ComposeInterpolation = { value: "", unset: [], mistakes: [] };
  result.value = expand(text, lookUp, result);
  return result;
}

const escapeHint = "write $$ for a dollar sign";
const braced = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])(.*))?$/s;

function expand(text: string, lookUp: (name: string) => string | null, result: ComposeInterpolation): string {
  let value = "";
  let i = 0;
  while (i < text.length) {
    const dollar = text.indexOf("$", i);
    if (dollar === -1) return value + text.slice(i);
    value += text.slice(i, dollar);
    i = dollar + 1;
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(i))?.[0];
    if (text[i] === "$") {
      value += "$";
      i += 1;
    } else if (name !== undefined) {
      value += plain(name, lookUp, result);
      i += name.length;
    } else if (text[i] === "{") {
      const end = closingBrace(text, i);
      const match = end === null ? null : braced.exec(text.slice(i + 1, end));
      if (end === null || match === null) {
        result.mistakes.push(`has a variable that makes no sense; ${escapeHint}`);
        return value + text.slice(dollar);
      }
      value += substitute(match[1] ?? "", match[2] ?? null, match[3] ?? "", lookUp, result);
      i = end + 1;
    } else {
      result.mistakes.push(`has a $ that begins no variable; ${escapeHint}`);
      value += "$";
    }
  }
  return value;
}

function plain(name: string, lookUp: (name: string) => string | null, result: ComposeInterpolation): string {
  const found = lookUp(name);
  if (found === null) result.unset.push(name);
  return found ?? "";
}

function substitute(
  name: string,
  operator: string | null,
  word: string,
  lookUp: (name: string) => string | null,
  result: ComposeInterpolation,
): string {
  if (operator === null) return plain(name, lookUp, result);
  const found = lookUp(name);
  const isThere = found !== null && (found !== "" || !operator.startsWith(":"));
  if (operator.endsWith("+")) return isThere ? expand(word, lookUp, result) : "";
  if (isThere) return found;
  const rest = expand(word, lookUp, result);
  if (operator.endsWith("-")) return rest;
  result.mistakes.push(`needs a value for ${name}${rest === "" ? "" : `: ${rest}`}`);
  return "";
}

/** Where the brace at `start` is closed; null where it never is. */
function closingBrace(text: string, start: number): number | null {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth += 1;
    else if (text[i] === "}") depth -= 1;
    if (depth === 0) return i;
  }
  return null;
}
