import { describe, expect, test } from "vitest";
import { Report } from "../../src/config/report.ts";
import { SourceText } from "../../src/config/source-text.ts";
import { type Path, parseYaml } from "../../src/config/yaml-source.ts";

function parse(text: string) {
  const report = new Report();
  const source = parseYaml(new SourceText("/f.yml", text), report);
  return { source, report: report.sorted() };
}

function marked(text: string, path: Path, part: "keyAt" | "valueAt"): string {
  const place = parse(text).source?.[part](path);
  if (place === undefined) throw new Error("not parsed");
  const start = place.column - 1;
  return `${place.line}: ${place.excerpt.slice(start, start + place.length)}`;
}

describe("places", () => {
  const text = "# c\na: 1\nb:\n  - x\n  - {c: 'd e'}\nempty:\nbase: &base {k: v}\nmerged: {<<: *base}\nalias: *base\n";

  test.each<[Path, string, string]>([
    [["a"], "2: a", "2: 1"],
    [["b", 0], "4: x", "4: x"],
    [["b", 1, "c"], "5: c", "5: 'd e'"],
    [["empty"], "6: empty", "6: empty"],
    [["merged", "k"], "7: k", "7: v"],
    [["alias", "k"], "7: k", "7: v"],
    [["alias"], "9: alias", "9: *base"],
    [["b", 7, "z"], "3: b", "3: b"],
    [["nowhere"], "1: #", "1: #"],
    [["a", 0], "2: 1", "2: 1"],
  ])("of %j", (path, key, value) => {
    expect(marked(text, path, "keyAt")).toBe(key);
    expect(marked(text, path, "valueAt")).toBe(value);
  });

  test("count UTF-16 units after a byte order mark, and leave CR out of the excerpt", () => {
    const place = parse("\uFEFFa: 'ü😀'\r\nb: 2\r\n").source?.valueAt(["a"]);
    expect(place).toEqual({ file: "/f.yml", line: 1, column: 4, length: 5, excerpt: "a: 'ü😀'" });
  });
});

describe("values", () => {
  test.each<[string, unknown]>([
    ["", null],
    ["# only a comment\n\n", null],
    ["a: 1.10", { a: 1.1 }],
    ["a: yes\nb: true\nc: ~\nd:", { a: "yes", b: true, c: null, d: null }],
    ["8080: x\ntrue: y", { 8080: "x", true: "y" }],
    ["x: &a {k: v}\ny: {<<: *a, l: w}\nz: {k: own, <<: *a}", { x: { k: "v" }, y: { l: "w", k: "v" }, z: { k: "own" } }],
    ["__proto__: 1", JSON.parse('{"__proto__": 1}')],
  ])("of %j", (text, expected) => {
    expect(JSON.stringify(parse(text).source?.value)).toBe(JSON.stringify(expected));
  });

  test("that print differently keep their spelling", () => {
    const { source } = parse("env: {A: 1.10, B: 0x1F, C: 5, D: True}\nlist: [1.0]");
    expect(source?.writtenAt(["env", "A"])).toBe("1.10");
    expect(source?.writtenAt(["env", "B"])).toBe("0x1F");
    expect(source?.writtenAt(["env", "C"])).toBeNull();
    expect(source?.writtenAt(["env", "D"])).toBe("True");
    expect(source?.writtenAt(["list", 0])).toBe("1.0");
  });
});

describe("mistakes", () => {
  test.each([
    ["a:\n\tb: 1\n", "a tab cannot indent", 2],
    ["run: a: b\n", "a key cannot begin inside this value", 1],
    ["key:value\nother: x\n", "this is neither a key nor a value", 1],
    ["a: 'x\n\n", "a quote is never closed", 1],
    ["a: [1,\nb: 2\n", "a bracket is not closed before this", 2],
    ["a: 1\n---\na: 2\n", "a config file holds one document", 2],
    ["a: *nope\n", "nothing before this is marked &nope", 1],
    ["a: &a [*a]\n", "an alias cannot stand inside what it repeats", 1],
  ])("%j", (text, message, line) => {
    const { source, report } = parse(text);
    expect(source).toBeNull();
    expect(report).toMatchObject([{ severity: "error", message, location: { line } }]);
  });

  test("nesting without end is a mistake like any other", () => {
    expect(parse(`a: ${"[".repeat(50_000)}`).report).toMatchObject([{ message: "this is nested too deeply" }]);
  });

  test("a key that is given twice, with the later one used", () => {
    const { source, report } = parse("a: 1\nb: 2\na: 3\n");
    expect(source?.value).toEqual({ a: 3, b: 2 });
    expect(report).toMatchObject([{ code: "duplicate-key", location: { line: 3, column: 1, length: 1 } }]);
  });

  test("aliases that multiply end soon", () => {
    const levels = [..."bcdefghi"].map(
      (name, i) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[i]}`).join(", ")}]`,
    );
    const { report } = parse(`a: &a [1]\n${levels.join("\n")}\n`);
    expect(report).toMatchObject([{ code: "too-large" }]);
  });
});
