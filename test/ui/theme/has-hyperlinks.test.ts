import { expect, test } from "vitest";
import { hasHyperlinks } from "../../../src/ui/theme/has-hyperlinks.ts";

test.each<[Record<string, string>, boolean]>([
  [{ TERM: "xterm-256color" }, false],
  [{ TERM: "xterm-kitty" }, true],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "vscode" }, true],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, true],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, false],
  [{ TERM: "xterm-256color", VTE_VERSION: "7600" }, true],
  [{ TERM: "xterm-256color", VTE_VERSION: "4205" }, false],
  [{ TERM: "tmux-256color", TERM_PROGRAM: "tmux" }, true],
  [{ TERM: "screen" }, false],
  [{ TERM: "xterm-256color", WT_SESSION: "1" }, true],
  [{ TERM: "xterm-kitty", SSH_CONNECTION: "1 2 3 4" }, false],
  [{ TERM: "dumb", VTE_VERSION: "7600" }, false],
  [{ TERM: "linux", VTE_VERSION: "7600" }, false],
  [{ TERM: "xterm", FORCE_HYPERLINK: "1" }, true],
  [{ TERM: "xterm-kitty", FORCE_HYPERLINK: "0" }, false],
])("%j has links: %s", (env, expected) => {
  expect(hasHyperlinks(env)).toBe(expected);
});
