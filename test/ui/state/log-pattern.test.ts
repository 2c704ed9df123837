import { expect, test } from "vitest";
import { expressionOf, logPattern } from "../../../src/ui/state/log-pattern.ts";

test.each([
  ["error", true],
  ["Error", false],
  ["\\S+\\W", true],
  ["\\S+X", false],
  ["\\p{Lu}x", true],
  ["über", true],
  ["Über", false],
])("%s ignores case: %s", (text, ignoreCase) => {
  expect(logPattern(text).ignoreCase).toBe(ignoreCase);
});

test.each(["(", "[a", "a{2,1}", "*x", "a\\"])("%s is no expression, and looked for as it stands", (text) => {
  const pattern = logPattern(text);
  expect(pattern.problem).toMatch(/^[a-z\\]/);
  expect(`before ${text} after`.match(expressionOf(pattern))?.[0]).toBe(text);
});
