import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { Location } from "../model/diagnostic.ts";
import type { Report } from "./report.ts";
import type { SourceText } from "./source-text.ts";

/** More than this only happens where aliases of aliases multiply. */
const maxNodes = 100_000;

/** A map's pairs by key, what is merged into it included. */
type Entries = Map<string, Pair<unknown, unknown>>;

/** A YAML document: its plain value, and the tree that it was made from. */
export interface YamlTree {
  /** Maps, lists and scalars. Maps have no prototype; a key's value may be null. */
  value: unknown;
  root: unknown;
  /** What each alias stands for. */
  targets: Map<Alias, Node>;
  entries: Map<YAMLMap, Entries>;
  /** By path: numbers and the like that are written differently from how they print, `1.10`. */
  written: Map<string, string>;
}

/** Reads one YAML document. Null where it cannot be made sense of, which is then an error in `report`. */
export function readYamlTree(text: SourceText, report: Report): YamlTree | null {
  try {
    return new Reader(text, report).read();
  } catch (error) {
    // The parser recurses; nothing else is known to make it throw, and a file must never bring the program down.
    report.error(
      "syntax",
      error instanceof RangeError ? tooDeep : `this cannot be parsed: ${error}`,
      text.locate(0, 1),
    );
    return null;
  }
}

/** A path as one string, for use as a key. */
export function pathKey(path: readonly PropertyKey[]): string {
  return path.map(String).join("\0");
}

class Reader {
  readonly #text: SourceText;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Alias, Node>();
  readonly #entries = new Map<YAMLMap, Entries>();
  readonly #open = new Set<Node>();
  readonly #written = new Map<string, string>();
  readonly #path: PropertyKey[] = [];
  #count = 0;
  #failed = false;

  constructor(text: SourceText, report: Report) {
    this.#text = text;
    this.#report = report;
  }

  read(): YamlTree | null {
    const document = parseDocument(this.#text.text, { prettyErrors: false, uniqueKeys: false, logLevel: "error" });
    const [first] = document.errors;
    if (first !== undefined) {
      // One slip makes the parser complain several times; the first complaint is the one that helps.
      const { message, hint } = explain(first.code, first.message);
      // What is missing at the end is shown after the last thing that is there.
      const end = Math.max(0, this.#text.text.trimEnd().length - 1);
      const place =
        first.pos[0] > end ? this.#text.locate(end, end + 1) : this.#text.locate(first.pos[0], first.pos[1]);
      this.#report.error("syntax", message, place, hint);
      return null;
    }
    for (const warning of document.warnings) {
      this.#report.warning("syntax", lowerFirst(warning.message), this.#text.locate(warning.pos[0], warning.pos[1]));
    }
    const value = this.#valueOf(document.contents);
    if (this.#failed) return null;
    return { value, root: document.contents, targets: this.#targets, entries: this.#entries, written: this.#written };
  }

  #valueOf(node: unknown): unknown {
    if (this.#failed || node === null || node === undefined) return null;
    if (++this.#count > maxNodes)
      return this.#fail("too-large", "the aliases of this file multiply to too many values", node);
    if (isAlias(node)) return this.#valueOf(this.#resolve(node));
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      const { value, source } = node;
      if (typeof value !== "string" && source !== undefined && source !== String(value)) {
        this.#written.set(pathKey(this.#path), source);
      }
      return value;
    }
    if (!isMap(node) && !isSeq(node)) return null;
    if (this.#open.has(node)) return this.#fail("alias", "an alias cannot stand inside what it repeats", node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const value = isMap(node) ? this.#mapOf(node) : node.items.map((item, i) => this.#at(i, item));
    this.#open.delete(node);
    return value;
  }

  #at(step: PropertyKey, node: unknown): unknown {
    this.#path.push(step);
    const value = this.#valueOf(node);
    this.#path.pop();
    return value;
  }

  #mapOf(map: YAMLMap): Record<string, unknown> {
    const isKnown = this.#entries.has(map);
    const entries: Entries = new Map();
    const merged: unknown[] = [];
    const value: Record<string, unknown> = Object.create(null);
    for (const pair of map.items) {
      const key = this.#keyOf(pair.key);
      if (key === null) continue;
      const content = this.#at(key, pair.value);
      if (key === "<<") {
        merged.push(pair.value);
        continue;
      }
      if (entries.has(key) && !isKnown) {
        this.#report.error(
          "duplicate-key",
          `"${key}" is given twice`,
          rangeOf(pair.key, this.#text),
          "keep one of them",
        );
      }
      entries.set(key, pair);
      value[key] = content;
    }
    for (const source of merged) this.#merge(source, entries, value);
    this.#entries.set(map, entries);
    return value;
  }

  #keyOf(node: unknown): string | null {
    const key = isAlias(node) ? this.#resolve(node) : node;
    if (isScalar(key)) {
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      if (key.value !== null) return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
    }
    if (!this.#failed) this.#report.error("wrong-type", "a key must be a word", rangeOf(node, this.#text));
    return null;
  }

  /** What a map says itself wins over what is merged into it; of several, the first one wins. */
  #merge(source: unknown, entries: Entries, value: Record<string, unknown>): void {
    const node = isAlias(source) ? this.#targets.get(source) : source;
    if (isSeq(node)) {
      for (const item of node.items) this.#merge(item, entries, value);
      return;
    }
    const from = isMap(node) ? this.#entries.get(node) : undefined;
    if (from === undefined) {
      if (!this.#failed)
        this.#report.error("wrong-type", '"<<" must name a map, as in <<: *defaults', rangeOf(source, this.#text));
      return;
    }
    for (const [key, pair] of from) {
      if (entries.has(key)) continue;
      entries.set(key, pair);
      value[key] = this.#at(key, pair.value);
    }
  }

  #resolve(alias: Alias): Node | null {
    const known = this.#targets.get(alias);
    if (known !== undefined) return known;
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      return this.#fail("alias", `nothing before this is marked &${alias.source}`, alias);
    }
    this.#targets.set(alias, target);
    return target;
  }

  #fail(code: string, message: string, node: unknown): null {
    if (!this.#failed) this.#report.error(code, message, rangeOf(node, this.#text));
    this.#failed = true;
    return null;
  }
}

const tooDeep = "this is nested too deeply";

/** The parser's complaints that need other words or a hint, by a part of its code and message. */
const plainWords: readonly { complaint: RegExp; message?: string; hint?: string }[] = [
  { complaint: /call stack/, message: tooDeep },
  { complaint: /MULTIPLE_DOCS/, message: "a config file holds one document", hint: "take out what follows ---" },
  { complaint: /TAB_AS_INDENT/, message: "a tab cannot indent", hint: "indent with blanks" },
  {
    complaint: /BLOCK_AS_IMPLICIT_KEY/,
    message: "a key cannot begin inside this value",
    hint: "put the value in quotes, or mend the indentation of the next line",
  },
  {
    complaint: /MULTILINE_IMPLICIT_KEY|Implicit map keys/,
    message: "this is neither a key nor a value",
    hint: "write a colon and a blank after the key",
  },
  { complaint: /Missing closing .quote/, message: "a quote is never closed" },
  {
    complaint: /must be sufficiently indented and end with/,
    message: "a bracket is not closed before this",
    hint: "close it, or indent this more",
  },
  { complaint: /BAD_SCALAR_START/, hint: "put the value in quotes" },
];

function explain(code: string, message: string): { message: string; hint: string | null } {
  const words = plainWords.find(({ complaint }) => complaint.test(`${code} ${message}`));
  return { message: words?.message ?? lowerFirst(message), hint: words?.hint ?? null };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function rangeOf(node: unknown, text: SourceText): Location | null {
  const range = rangeOfNode(node);
  return range === null ? null : text.locate(range[0], range[1]);
}

/** Where a node begins and ends, without the blanks and comments after it. */
export function rangeOfNode(node: unknown): readonly [number, number] | null {
  if (!isAlias(node) && !isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  return node.range ? [node.range[0], node.range[1]] : null;
}
