import { describe, expect, test } from "vitest";
import { annotation, folded, inert } from "../../../src/cli/headless/workflow-command.ts";

describe("GitHub's workflow commands", () => {
  test("an annotation escapes its text and its properties as the runner reads them", () => {
    const place = { file: "a,b:c%.go", line: 3, column: 5 };
    expect(annotation("error", "api: x, y", "100%\r\nnext ::error::", place)).toBe(
      "::error file=a%2Cb%3Ac%25.go,line=3,col=5,title=api%3A x%2C y::100%25%0D%0Anext ::error::\n",
    );
    expect(annotation("warning", "t", "m")).toBe("::warning title=t::m\n");
    expect(annotation("error", "t", "m", { file: "a.go", line: 1, column: null })).toBe(
      "::error file=a.go,line=1,title=t::m\n",
    );
  });

  test("a fold is one piece, and nothing in it ends it", () => {
    expect(folded("api\nready", ["api#1 │ ::endgroup::", "::endgroup::", "fine"])).toBe(
      "::group::api%0Aready\napi#1 │ ::endgroup::\n│ ::endgroup::\nfine\n::endgroup::\n",
    );
  });

  test.each([
    ["plain", "plain"],
    ["::error::x", "│ ::error::x"],
    ["  \t::add-mask::x", "│   \t::add-mask::x"],
    ["\u00a0::stop-commands::x", "│ \u00a0::stop-commands::x"],
    ["api │ ::error::x", "api │ ::error::x"],
    ["api │ ##[error]x ##[group]", "api │ # #[error]x # #[group]"],
    ["## a title", "## a title"],
    ["a::b", "a::b"],
  ])("a program's line %j is no command", (line, expected) => {
    expect(inert(line)).toBe(expected);
  });
});
