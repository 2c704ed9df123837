import { isSecretName, mask, maskUrlUsers } from "./mask-secret.ts";

/** `PASSWORD=`, `--db.password=`, `"password": `, `X-Api-Key: `: the name, and what stands between it and its value. */
const assigned = /(?<![\w.?&-])(-{0,2}[A-Za-z_][\w.-]*)["']?\s*[=:]\s*/g;
/** `--token `; a word after it that begins with two dashes is another option. */
const announced = /(?<![\w.-])(--?[A-Za-z][\w.-]*)\s+(?!--)/g;
/** `?token=`: only here the value ends at the next parameter. */
const asked = /[?&]([\w.-]+)=/g;

const word = /"(?:[^"\\]|\\.)*"?|'[^']*'?|\S+/y;
const parameter = /[^\s&#'"]+/y;

/** The whole rest of a header: the scheme is of no use without what follows it. */
const authorization = /\b(authorization["']?\s*[:=]\s*)[^"'\n]+/gi;
const bearer = /\b(bearer\s+)[^\s"']+/gi;

/**
 * The arguments of a command line with the secrets in them masked: the values of options and variables with telling names,
 * also inside of an argument that is a command line itself (`sh -c …`), users in URLs, and the credentials of headers.
 * Pure. What comes out is for eyes: it can neither be run nor be compared with what a service is started by.
 */
export function maskCommandLine(words: readonly string[]): string[] {
  return words.map((text, index) => {
    const before = words[index - 1] ?? "";
    const isValue = /^--?[A-Za-z][\w.-]*$/.test(before) && isSecret(before);
    if (isValue && text !== "" && !text.startsWith("--")) return mask;
    // A whole command line, as a title that a program gave itself, or what a shell is told to run, goes on after a value;
    // everywhere else the value is all the rest, blanks too.
    if (index === 0 || /^-\w*c$/.test(before)) return maskText(text);
    const [, name = "", rest = ""] = /^(-{0,2}[\w.-]+)=(.+)$/s.exec(text) ?? [];
    return rest !== "" && isSecret(name) ? `${name}=${mask}` : maskText(text);
  });
}

/** A text in which arguments cannot be told apart any more. */
function maskText(text: string): string {
  const credentials = maskUrlUsers(text).replace(authorization, `$1${mask}`).replace(bearer, `$1${mask}`);
  const parameters = maskValues(credentials, asked, parameter);
  return maskValues(maskValues(parameters, assigned, word), announced, word);
}

/** `head` finds a name and ends where its value begins, `value` matches that. */
function maskValues(text: string, head: RegExp, value: RegExp): string {
  let masked = "";
  let at = 0;
  for (const match of text.matchAll(head)) {
    const start = match.index + match[0].length;
    if (match.index < at || !isSecret(match[1] ?? "")) continue;
    value.lastIndex = start;
    const found = value.exec(text);
    if (found === null) continue;
    masked += text.slice(at, start) + mask;
    at = start + found[0].length;
  }
  return masked + text.slice(at);
}

function isSecret(name: string): boolean {
  return isSecretName(name.replace(/^-+/, "").replaceAll(/[.-]/g, "_"));
}
