import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { toArgv } from "../../../src/engine/process/command-line.ts";

describe("a command without shell syntax is executed directly", () => {
  test.each([
    ["./server", ["./server"]],
    ["  ./server   --port\t8080 ", ["./server", "--port", "8080"]],
    ["node server.js --a=b --url=http://x:1/y%20z,w@+^", ["node", "server.js", "--a=b", "--url=http://x:1/y%20z,w@+^"]],
    ["'my server' \"an argument\" ''", ["my server", "an argument", ""]],
    ["say pre'mid dle'post", ["say", "premid dlepost"]],
    [`say '$HOME; a|b' "it's"`, ["say", "$HOME; a|b", "it's"]],
    ["env A=b server", ["env", "A=b", "server"]],
  ])("%s", (command, [file, ...args]) => {
    expect(toArgv(command)).toEqual({ file, args });
  });
});

describe("a simple command with shell syntax replaces its shell", () => {
  test.each([
    ["./server --port $PORT", "exec ./server --port $PORT"],
    ["./server > log 2>&1", "exec ./server > log 2>&1"],
    ["./server >| log <&3", "exec ./server >| log <&3"],
    ["ls *.go", "exec ls *.go"],
    ["~/bin/server", "exec ~/bin/server"],
    [`server "$A;$B" '&&'`, `exec server "$A;$B" '&&'`],
    ["server a\\;b", "exec server a\\;b"],
    ['server $(cat a | head -1; echo ")") end', 'exec server $(cat a | head -1; echo ")") end'],
    ["server `a; b` ${X:-a;b}", "exec server `a; b` ${X:-a;b}"],
    ["A=b C='d e' server $X", "A=b C='d e' exec server $X"],
    ["A=b server", "A=b exec server"],
    ["A=$(x; y) server", "A=$(x; y) exec server"],
    ["server # a comment; with more", "exec server # a comment; with more"],
  ])("%s", (command, expected) => {
    expect(toArgv(command)).toEqual({ file: "/bin/sh", args: ["-c", expected] });
  });
});

describe("anything else is left to the shell as it is", () => {
  test.each([
    "a; b",
    "a && b",
    "a || b",
    "a | b",
    "a &",
    "a &> log",
    "a\nb",
    "(a)",
    "{ a; }",
    "f() { a; }",
    "if a; then b; fi",
    "while true; do a; done",
    "! a",
    "cd api",
    "cd api && ./server",
    "exec ./server $X",
    ". ./env.sh",
    "source env.sh $X",
    "export A=b",
    "exit 3",
    "A=b",
    "A=b export C=$A",
    "cat <<END\nx\nEND",
    "echo 'not closed",
    'echo "not closed',
    "echo $(not closed",
    "server a |& b",
    "server a;",
    ">log server $X",
    "time server $X",
    "",
  ])("%j", (command) => {
    expect(toArgv(command)).toEqual({ file: "/bin/sh", args: ["-c", command] });
  });
});

describe("what is executed is what a shell would have executed", () => {
  const env = { PATH: process.env.PATH ?? "", X: "an x", EMPTY: "" };
  const show = 'printf "[%s]"';
  test.each([
    "printf [%s] a 'b c' \"d\" ''",
    `${show} "$X" $X $EMPTY '$X'`,
    `A='b c' sh -c '${show} "$A"'`,
    `${show} a\\;b "c;d" $(echo e; echo f) # g`,
    "printf %s $((1 + 2))",
    `${show} {a,b} --json={"a":1}`,
    "printf %s a; printf %s b",
  ])("%s", (command) => {
    const { file, args } = toArgv(command);
    const run = (program: string, words: string[]): string => execFileSync(program, words, { env, encoding: "utf8" });
    expect(run(file, args)).toBe(run("/bin/sh", ["-c", command]));
  });

  test.each(["sleep 10 $EMPTY", "A=b sleep 10", "sleep 10 >/dev/null"])(
    "and the leader is the program: %s",
    (command) => {
      const { file, args } = toArgv(command);
      const script = `"$@" & read -r ignored || :; tr '\\0' ' ' < /proc/$!/cmdline; kill $!`;
      const shown = (): string =>
        execFileSync("/bin/sh", ["-c", script, "sh", file, ...args], { env, encoding: "utf8", input: "" });
      const end = performance.now() + 5_000;
      let last = shown();
      while (!last.startsWith("sleep") && performance.now() < end) last = shown();
      expect(last).toBe("sleep 10 ");
    },
  );
});
