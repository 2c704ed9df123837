import { expect, test } from "vitest";
import { commandPattern } from "../../../src/engine/strays/command-pattern.ts";

test.each([
  ["./server --port 1", ["./server", "--port", "1"]],
  ["./server --port $PORT", ["./server", "--port", null]],
  ["A=b C=$D exec ./server", ["./server"]],
  ["./server >out.log 2>&1 <in -v", ["./server", "-v"]],
  ["node 'my server.js' \"it's\" a\\ b", ["node", "my server.js", "it's", "a b"]],
  ["node '$HOME' \"$HOME\" *.js", ["node", "$HOME", null, null]],
  ["./server # and more", ["./server"]],
  ["make && ./server", null],
  ["./a | ./b", null],
  ["cd web; node x.js", null],
  ["", null],
  ["A=b", null],
])("%s", (command, expected) => {
  expect(commandPattern(command)).toEqual(expected);
});
