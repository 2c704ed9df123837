import { expect, test } from "vitest";
import { hasGoMain } from "../../src/config/go-source.ts";

const main = "func main() {}\n";

test.each<[boolean, string, string]>([
  [true, "plain", `package main\n\n${main}`],
  [true, "after comments", `// Copyright.\n\n/* package x */\n// Package main is it.\npackage main // yes\n\n${main}`],
  [true, "Windows line ends", `package main\r\n\r\nimport "fmt"\r\n\r\nfunc main() {\r\n}\r\n`],
  [true, "a constraint that holds here", `//go:build linux && (amd64 || arm64) && !windows\n\npackage main\n${main}`],
  [true, "quotes in runes and strings", `package main\nvar q = '"'\nvar s = "/*"\n${main}`],
  [false, "another package", `package mainly\n\n${main}`],
  [false, "a method", "package main\n\nfunc (m T) main() {}\n"],
  [false, "in a block comment", `package main\n\n/*\n${main}*/\n`],
  [false, "in a raw string", `package main\n\nvar t = \`\n${main}\`\n`],
  [false, "ignored", `//go:build ignore\n\npackage main\n${main}`],
  [false, "for a tag", `//go:build tools || (linux && integration)\n\npackage main\n${main}`],
  [false, "for another system", `//go:build windows\n\npackage main\n${main}`],
  [false, "no Go at all", "func main() {}"],
  [false, "nothing", ""],
])("%s: %s", (expected, _, text) => {
  expect(hasGoMain(text)).toBe(expected);
});
