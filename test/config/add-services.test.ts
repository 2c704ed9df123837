import { expect, test } from "vitest";
import { addServices } from "../../src/config/add-services.ts";

const added = { api: { dir: "cmd/api" } };

test.each<[string, string, string | null]>([
  ["an empty file", "", "services:\n  api:\n    dir: cmd/api\n"],
  ["comments alone", "# mine\n", "# mine\n\nservices:\n  api:\n    dir: cmd/api\n"],
  [
    "settings with comments",
    "# mine\nenv:\n  A: b # why\n\n# hooks\nbefore:\n- go generate ./...\n",
    "# mine\nenv:\n  A: b # why\n\n# hooks\nbefore:\n- go generate ./...\nservices:\n  api:\n    dir: cmd/api\n",
  ],
  [
    "services in the middle",
    "services:\n  # the first\n  web: {dir: web, run: npm start}\n\nenv: {A: '1'}\n",
    "services:\n  # the first\n  web: {dir: web, run: npm start}\n  api:\n    dir: cmd/api\n\nenv: {A: '1'}\n",
  ],
  [
    "an indent of four",
    "services:\n    web:\n        dir: web\n",
    "services:\n    web:\n        dir: web\n    api:\n        dir: cmd/api\n",
  ],
  ["services without any", "services:\nenv: { A: b }\n", "services:\n  api:\n    dir: cmd/api\nenv: { A: b }\n"],
  ["empty braces", "services: {}\n", "services:\n  api:\n    dir: cmd/api\n"],
  ["Windows line ends", "env:\r\n  A: b\r\n", "env:\r\n  A: b\r\nservices:\r\n  api:\r\n    dir: cmd/api\r\n"],
  [
    "a long line",
    `before: ["${"x ".repeat(100)}y"]\n`,
    `before: ["${"x ".repeat(100)}y"]\nservices:\n  api:\n    dir: cmd/api\n`,
  ],
  ["the same name", "services: {api: {dir: old}}\n", null],
  ["a list", "- a\n", null],
  ["services that are a list", "services: [a]\n", null],
  ["what is no YAML", "a: [\n", null],
])("%s", (_, text, expected) => {
  expect(addServices(text, added)).toBe(expected);
});
