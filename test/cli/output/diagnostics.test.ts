import { describe, expect, test } from "vitest";
import { formatDiagnostics } from "../../../src/cli/output/diagnostics.ts";
import type { Diagnostic, Location } from "../../../src/model/diagnostic.ts";

function diagnostic(location: Partial<Location> | null, parts: Partial<Diagnostic> = {}): Diagnostic {
  const whole = { file: "/fleet/orders/service.yml", line: 3, column: 1, length: 9, excerpt: "depend_on: [catalog]" };
  return {
    severity: "error",
    code: "unknown-key",
    message: 'unknown key "depend_on"',
    hint: 'did you mean "depends_on"?',
    ...parts,
    location: location === null ? null : { ...whole, ...location },
  };
}

function format(...diagnostics: Diagnostic[]): string {
  return formatDiagnostics(diagnostics, { root: "/fleet", color: false });
}

describe("formatDiagnostics", () => {
  test("shows place, excerpt, mark and hint", () => {
    expect(format(diagnostic({}))).toBe(
      [
        'orders/service.yml:3:1 error: unknown key "depend_on"',
        "  3 | depend_on: [catalog]",
        "    | ^^^^^^^^^",
        '    = did you mean "depends_on"?',
      ].join("\n"),
    );
  });

  test("keeps them apart by an empty line, and is empty for none", () => {
    const one = diagnostic({}, { hint: null });
    expect(format(one, one)).toBe(`${format(one)}\n\n${format(one)}`);
    expect(format()).toBe("");
  });

  test("widens the gutter with the line number", () => {
    const lines = format(diagnostic({ line: 120, column: 3, length: 2, excerpt: "  ab" })).split("\n");
    expect(lines[1]).toBe("  120 |   ab");
    expect(lines[2]).toBe("      |   ^^");
    expect(lines[3]).toMatch(/^ {6}= /);
  });

  test("marks what is wide or behind tabs in the right cells", () => {
    const lines = format(diagnostic({ column: 4, length: 1, excerpt: "\t界界x" })).split("\n");
    expect(lines[1]).toBe("  3 |   界界x");
    expect(lines[2]).toBe(`    | ${" ".repeat(6)}^`);
  });

  test("cuts a long line around its mark", () => {
    const excerpt = `${"a".repeat(500)}BAD${"c".repeat(500)}`;
    const [, text = "", marks = ""] = format(diagnostic({ column: 501, length: 3, excerpt })).split("\n");
    expect(text.length).toBeLessThan(120);
    expect(text).toContain("BAD");
    expect(text.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("BAD");
  });

  test("marks at least one cell, also past the end of the line", () => {
    expect(format(diagnostic({ column: 4, length: 1, excerpt: "ab:" }))).toContain("    |    ^");
  });

  test("leaves out an excerpt that shows nothing, and a place that there is not", () => {
    expect(format(diagnostic({ excerpt: "" })).split("\n")).toHaveLength(2);
    expect(format(diagnostic(null))).toBe('error: unknown key "depend_on"\n  = did you mean "depends_on"?');
  });

  test("lets no control character through", () => {
    const evil = "\u001b]0;x\u0007\u009b2J\r\n\u202e\u2028";
    const text = format(diagnostic({ excerpt: `a${evil}`, file: `/fleet/${evil}` }, { message: evil, hint: evil }));
    expect(text.replaceAll("\n", "")).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u202e]*$/);
  });

  test("shows a file outside the fleet by its whole path", () => {
    expect(format(diagnostic({ file: "/other/.env" }))).toMatch(/^\/other\/\.env:3:1 /);
  });

  test.each([
    ["error", "31"],
    ["warning", "33"],
    ["note", "36"],
  ] as const)("colours a %s, if colour is wanted", (severity, code) => {
    const colored = formatDiagnostics([diagnostic({}, { severity })], { root: "/fleet", color: true });
    expect(colored).toContain(`\u001b[1;${code}m${severity}\u001b[0m`);
    expect(colored.replace(/\u001b\[[\d;]*m/g, "")).toBe(format(diagnostic({}, { severity })));
  });
});
