import type { Location } from "../model/diagnostic.ts";
import type { Report } from "./report.ts";
import type { SourceText } from "./source-text.ts";

/** One JSON document as plain data, which can say where its parts stand. */
export class JsonSource {
  readonly text: SourceText;
  readonly value: unknown;
  #places: ReadonlyMap<string, [start: number, end: number]> | null = null;

  constructor(text: SourceText, value: unknown) {
    this.text = text;
    this.value = value;
  }

  /** Where the value at `path` (names from the root down) stands; where there is none, the nearest thing around it. */
  valueAt(path: readonly string[]): Location {
    // Read a second time only for a file with a mistake in it.
    this.#places ??= new JsonScan(this.text.text).run().places;
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place !== undefined) return this.text.locate(...place);
    }
    return this.text.locate(0, 1);
  }
}

/** Reads one JSON file. Null where it is none, which is then an error in `report`. */
export function parseJson(text: SourceText, report: Report): JsonSource | null {
  try {
    return new JsonSource(text, JSON.parse(text.text));
  } catch {
    // The engine's own words have a place only sometimes, and other ones in each version.
    const { mistake } = new JsonScan(text.text).run();
    const { at, expected } = mistake ?? { at: 0, expected: "a value" };
    const end = at >= text.text.trimEnd().length;
    const found = end ? "the file ends" : `there is ${JSON.stringify(text.text[at])}`;
    report.error("bad-json", `this is not JSON: ${found} where ${expected} should be`, text.locate(at, at + 1));
    return null;
  }
}

interface Mistake {
  at: number;
  /** `a value`, `"," or "}"`. */
  expected: string;
}

/** Deeper than anybody writes; each level takes stack. */
const maxDepth = 1_000;

const blanks = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

/** One walk through a JSON text: where each value stands, and the first thing that is not JSON. */
class JsonScan {
  readonly places = new Map<string, [start: number, end: number]>();
  mistake: Mistake | null = null;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): this {
    if (this.#value([]) && this.#skip() < this.#text.length) this.#fail("the end");
    return this;
  }

  #value(path: readonly string[]): boolean {
    const start = this.#skip();
    if (path.length >= maxDepth) return this.#fail("something less deep");
    const isRead = this.#isNext("{") ? this.#members(path) : this.#isNext("[") ? this.#items(path) : this.#leaf();
    if (isRead) this.places.set(JSON.stringify(path), [start, this.#at]);
    return isRead;
  }

  #leaf(): boolean {
    return this.#take(string) !== null || this.#take(scalar) !== null || this.#fail("a value");
  }

  #members(path: readonly string[]): boolean {
    if (this.#isNext("}")) return true;
    for (;;) {
      this.#skip();
      const key = this.#take(string);
      if (key === null) return this.#fail("a name in double quotes");
      if (!this.#isNext(":")) return this.#fail('":"');
      if (!this.#value([...path, JSON.parse(key) as string])) return false;
      if (this.#isNext("}")) return true;
      if (!this.#isNext(",")) return this.#fail('"," or "}"');
    }
  }

  #items(path: readonly string[]): boolean {
    if (this.#isNext("]")) return true;
    for (let i = 0; ; i++) {
      if (!this.#value([...path, String(i)])) return false;
      if (this.#isNext("]")) return true;
      if (!this.#isNext(",")) return this.#fail('"," or "]"');
    }
  }

  /** Takes the character where it is what comes next. */
  #isNext(character: string): boolean {
    if (this.#text[this.#skip()] !== character) return false;
    this.#at++;
    return true;
  }

  #skip(): number {
    this.#take(blanks);
    return this.#at;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #fail(expected: string): false {
    this.mistake = { at: this.#skip(), expected };
    return false;
  }
}
