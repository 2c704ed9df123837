import { expect, test } from "vitest";
import { goTestWords } from "../../../src/engine/tests/go-test-words.ts";

test.each<[string, string[] | null]>([
  ["go test", []],
  ["go test ./...", ["./..."]],
  ["  go  test -short\t./...  ", ["-short", "./..."]],
  ["go test -tags acceptance -run=^TestA ./acceptance", ["-tags", "acceptance", "-run=^TestA", "./acceptance"]],
  ["go test ./... -args -v", ["./...", "-args", "-v"]],
  ["go testing ./...", null],
  ["go vet ./...", null],
  ["CGO_ENABLED=0 go test ./...", null],
  ["go test ./... && echo done", null],
  ["go test ./... | tee out", null],
  ["go test -run 'TestA|TestB'", null],
  ["go test $PACKAGES", null],
  ["go test ./*", null],
  ["go test ~/x", null],
  ["go test\ngo vet", null],
  ["go test -json ./...", null],
  ["go test -c -o x", null],
  ["go test -list=.", null],
])("`%s`: %j", (command, words) => {
  expect(goTestWords(command)).toEqual(words);
});
