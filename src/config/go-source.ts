const head = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*package\s+main\b/;
const constraint = /^\/\/go:build\s+(.+)$/m;
/** What may hold the words of a function without being one: raw strings, comments, strings and runes. */
const noCode = /`[^`]*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g;

/**
 * Whether a Go source file has the main function of a program, as far as that can be told without Go. False for a file
 * that a plain `go build` leaves out, such as a generator behind `//go:build ignore`.
 */
export function hasGoMain(text: string): boolean {
  const packageAt = /^package\s/m.exec(text)?.index ?? text.length;
  const condition = constraint.exec(text.slice(0, packageAt))?.[1];
  if (condition !== undefined && !holds(condition)) return false;
  return head.test(text) && /^func\s+main\s*\(\s*\)/m.test(text.replace(noCode, ""));
}

/** Tags that hold on the machines that Orchestra runs on. */
const setTags = /^(?:linux|unix|gc|cgo|amd64|arm64|go1\.\d+)$/;

/** Whether a build constraint holds where nobody gave a tag; one that makes no sense does not. */
function holds(condition: string): boolean {
  const tokens = condition.replace(/\/\/.*$/, "").match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === "||") {
      at++;
      // The right side is read in any case, to get past it.
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[at] === "&&") {
      at++;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const token = tokens[at++];
    if (token === "!") return !one();
    if (token !== "(") return token !== undefined && setTags.test(token);
    const value = either();
    at++;
    return value;
  };
  return either();
}
