import { envNamePattern } from "./env-schema.ts";

/** What an env file holds. Mistakes name the line, from 1, and never the text, which may be a secret. */
export interface Dotenv {
  values: Record<string, string>;
  mistakes: { line: number; message: string }[];
}

/**
 * Reads lines of `NAME=value`, with comments, `export` in front, and quotes around; quoted values may span lines. In
 * single quotes nothing has a meaning, so that `${` is written `$${` in the result, which stands for itself later.
 */
export function parseDotenv(text: string): Dotenv {
  const values: Record<string, string> = {};
  const mistakes: Dotenv["mistakes"] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? "").trim();
    if (line === "" || line.startsWith("#")) continue;
    const number = i + 1;
    const match = /^(?:export\s+)?([^=\s]+)\s*=\s*(.*)$/.exec(line);
    const name = match?.[1] ?? "";
    if (match === null) {
      mistakes.push({ line: number, message: "this line is not NAME=value" });
      continue;
    }
    if (!envNamePattern.test(name))
      mistakes.push({ line: number, message: "the name before = is no name for a variable" });
    let value = match[2] ?? "";
    const quote = value[0];
    if (quote !== '"' && quote !== "'") {
      values[name] = value.replace(/(^|\s)#.*$/, "").trim();
      continue;
    }
    let end = closingQuote(value, quote);
    while (end === -1 && i + 1 < lines.length) {
      i += 1;
      value += `\n${lines[i]}`;
      end = closingQuote(value, quote);
    }
    if (end === -1) {
      mistakes.push({ line: number, message: "the quote that opens here is never closed" });
      break;
    }
    if (!/^\s*(#.*)?$/.test(value.slice(end + 1)))
      mistakes.push({ line: i + 1, message: "text follows the closing quote" });
    const content = value.slice(1, end);
    values[name] = quote === "'" ? content.replaceAll("${", "$$${") : unescapeDouble(content);
  }
  return { values, mistakes };
}

function closingQuote(value: string, quote: string): number {
  for (let i = 1; i < value.length; i++) {
    if (quote === '"' && value[i] === "\\") i += 1;
    else if (value[i] === quote) return i;
  }
  return -1;
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

function unescapeDouble(content: string): string {
  return content.replace(/\\(\$\{|[nrt"\\$])/g, (_match, escaped: string) => {
    if (escaped === "${") return "$${";
    return escapes[escaped] ?? escaped;
  });
}
