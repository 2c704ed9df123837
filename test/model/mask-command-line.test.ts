import { describe, expect, test } from "vitest";
import { maskCommandLine } from "../../src/model/mask-command-line.ts";

describe("a command line is shown", () => {
  test.each<[words: string[], shown: string[]]>([
    [
      ["./orders", "--verbose"],
      ["./orders", "--verbose"],
    ],
    [
      ["./orders", "--password=x"],
      ["./orders", "--password=•••"],
    ],
    [
      ["./orders", "--password=a b=c&d"],
      ["./orders", "--password=•••"],
    ],
    [
      ["./orders", "--password", "a b"],
      ["./orders", "--password", "•••"],
    ],
    [
      ["./orders", "-token", "-x1"],
      ["./orders", "-token", "•••"],
    ],
    [
      ["./orders", "--token", "--verbose"],
      ["./orders", "--token", "--verbose"],
    ],
    [
      ["./orders", "--token", ""],
      ["./orders", "--token", ""],
    ],
    [
      ["./orders", "--token"],
      ["./orders", "--token"],
    ],
    [
      ["./orders", "--db.password=x", "--api-key", "k"],
      ["./orders", "--db.password=•••", "--api-key", "•••"],
    ],
    [
      ["java", "-Dspring.datasource.password=x", "App"],
      ["java", "-Dspring.datasource.password=•••", "App"],
    ],
    [
      ["env", "PASSWORD=x", "PORT=80", "./orders"],
      ["env", "PASSWORD=•••", "PORT=80", "./orders"],
    ],
    [
      ["env", "PASSWORD="],
      ["env", "PASSWORD="],
    ],
    [
      ["sh", "-c", "PASSWORD=x ./run --token y --port 80"],
      ["sh", "-c", "PASSWORD=••• ./run --token ••• --port 80"],
    ],
    [
      ["sh", "-c", `A=1;API_TOKEN="a b" ./run`],
      ["sh", "-c", "A=1;API_TOKEN=••• ./run"],
    ],
    [
      ["bash", "-lc", "exec ./run --pass=x"],
      ["bash", "-lc", "exec ./run --pass=•••"],
    ],
    [
      ["sh", "-c", "./run --secret 'a b' -v"],
      ["sh", "-c", "./run --secret ••• -v"],
    ],
    [
      ["psql", "postgres://me:pw@localhost/shop"],
      ["psql", "postgres://•••@localhost/shop"],
    ],
    [
      ["curl", "http://h/?page=1&token=abc&x=2#a"],
      ["curl", "http://h/?page=1&token=•••&x=2#a"],
    ],
    [
      ["curl", "-H", "Authorization: Bearer abc"],
      ["curl", "-H", "Authorization: •••"],
    ],
    [
      ["curl", "-H", "X-Api-Key: abc"],
      ["curl", "-H", "X-Api-Key: •••"],
    ],
    [
      ["curl", "-d", `{"user":"me","password":"a b"}`],
      ["curl", "-d", `{"user":"me","password":•••}`],
    ],
    [["server --token abc --port 80"], ["server --token ••• --port 80"]],
    [["PASSWORD=x exec ./server"], ["PASSWORD=••• exec ./server"]],
    [
      ["/srv/token/server", "./cmd/keys", "passwords.txt"],
      ["/srv/token/server", "./cmd/keys", "passwords.txt"],
    ],
    [["nginx: master process nginx -c key.conf"], ["nginx: master process nginx -c key.conf"]],
    [
      ["go", "run", ".", "--keyboard", "qwerty"],
      ["go", "run", ".", "--keyboard", "qwerty"],
    ],
    [[], []],
  ])("%j as %j", (words, shown) => {
    expect(maskCommandLine(words)).toEqual(shown);
  });

  test("in no time, however long it is", () => {
    const words = [
      "node",
      "-e",
      "password=".repeat(20_000),
      `${"--token ".repeat(20_000)}x`,
      `"password":"${"\\".repeat(100_000)}`,
    ];
    const startedAt = performance.now();
    const shown = maskCommandLine(words);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(shown).toHaveLength(5);
  });
});
