import { maskCommandLine } from "../../model/mask-command-line.ts";
import { isSecretName, mask, maskUrlUsers } from "../../model/mask-secret.ts";

/** A shorter value stands in too many words to be looked for. */
const shortest = 4;
/** A shorter one counts only as a word of its own: the password `test` is no part of `latest`. */
const shortestAnywhere = 8;

const harmless = /^(?:true|false|null|none|auto|yes|\d{1,5})$/i;
/** The password in a URL. */
const urlPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/gi;

/**
 * Takes secrets out of what a run leaves behind for others to read: the values of variables with telling names, wherever they
 * turn up, and whatever looks like one (`password=…`, a user in a URL, the credentials of a header). It masks too much
 * rather than too little.
 */
export class SecretMask {
  readonly #known: RegExp | null;

  /**
   * @param environments whose values with telling names are secrets
   * @param names that everybody sees anyway, also where somebody has made one a password
   */
  constructor(environments: Iterable<Readonly<Record<string, string>>>, names: readonly string[] = []) {
    const secrets = new Set<string>();
    for (const environment of environments) {
      for (const [name, value] of Object.entries(environment)) {
        for (const [, password = ""] of value.matchAll(urlPassword)) add(secrets, password);
        // A key of several lines is printed line by line.
        if (isSecretName(name)) for (const line of value.split(/\r?\n/)) add(secrets, line.trim());
      }
    }
    for (const name of names) secrets.delete(name);
    const patterns = [...secrets].sort((a, b) => b.length - a.length).map(patternOf);
    this.#known = patterns.length === 0 ? null : new RegExp(patterns.join("|"), "gu");
  }

  /** A text of any number of lines. */
  text(text: string): string {
    const withoutKnown = this.#known === null ? text : text.replace(this.#known, mask);
    if (!/[=:@-]|bearer/i.test(withoutKnown)) return withoutKnown;
    return withoutKnown
      .split("\n")
      .map((line) => maskCommandLine([line])[0] ?? "")
      .join("\n");
  }

  /** Data with every text in it masked; in maps of variables and headers, by their names as well. */
  data(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.data(item, key));
    if (typeof value !== "object" || value === null) return value;
    const isNamed = key === "env" || key === "values" || key === "headers" || key === "overrides";
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        isNamed && typeof item === "string" ? this.#variable(name, item) : this.data(item, name),
      ]),
    );
  }

  #variable(name: string, value: string): string {
    const isHeader = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i.test(name);
    if (value === "" || !(isHeader || isSecretName(name.replaceAll("-", "_")))) return this.text(maskUrlUsers(value));
    return mask;
  }
}

function add(secrets: Set<string>, value: string): void {
  if (value.length < shortest || harmless.test(value)) return;
  secrets.add(value);
  // As it stands in a JSON text.
  const quoted = JSON.stringify(value).slice(1, -1);
  if (quoted !== value) secrets.add(quoted);
}

function patternOf(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return secret.length < shortestAnywhere ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
}
