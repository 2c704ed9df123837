import { describe, expect, test } from "vitest";
import { SecretMask } from "../../../src/cli/headless/secret-mask.ts";

const mask = new SecretMask(
  [
    {
      API_TOKEN: "s3cr3t$(value)",
      DB_PASSWORD: "test",
      TINY_SECRET: "abc",
      NEEDS_TOKEN: "true",
      PRIVATE_KEY: "-----BEGIN KEY-----\nMIIEabc/def+123\n-----END KEY-----",
      DATABASE_URL: "postgres://shop:p4ssw0rd@db:5432/shop",
      HOME: "/home/you",
      QUOTED_SECRET: 'with "quotes"',
      FLEET_PASSWORD: "shopping",
    },
  ],
  ["shopping"],
);

describe("the mask for what a run leaves behind", () => {
  test.each([
    ["the token is s3cr3t$(value)!", "the token is •••!"],
    ["the latest test, tested", "the latest •••, tested"],
    ["abc true /home/you", "abc true /home/you"],
    ["MIIEabc/def+123", "•••"],
    ["a p4ssw0rd alone", "a ••• alone"],
    ["postgres://you:hidden@host/db", "postgres://•••@host/db"],
    ["login password=hunter2 ok", "login password=••• ok"],
    ["Authorization: Bearer abcdef", "Authorization: •••"],
    ['{"a":"with \\"quotes\\""}', '{"a":"•••"}'],
    ["shopping goes on", "shopping goes on"],
    ["plain", "plain"],
    ["two\ntoken=x\nlines", "two\ntoken=•••\nlines"],
  ])("%j becomes %j", (text, expected) => {
    expect(mask.text(text)).toBe(expected);
  });

  test("data is masked throughout, and maps of variables and headers by their names", () => {
    const data = {
      env: { PASSWORD: "x", LOG: "debug", URL: "http://u:p@h/" },
      ready: { action: { headers: { Authorization: "Basic abc", "X-Api-Key": "k", Accept: "text" } } },
      run: { command: "./server --token abc --port 80" },
      envFiles: [{ path: ".env", values: { SECRET: "y" } }],
      scale: 2,
      none: null,
    };
    expect(mask.data(data)).toEqual({
      env: { PASSWORD: "•••", LOG: "debug", URL: "http://•••@h/" },
      ready: { action: { headers: { Authorization: "•••", "X-Api-Key": "•••", Accept: "text" } } },
      run: { command: "./server --token ••• --port 80" },
      envFiles: [{ path: ".env", values: { SECRET: "•••" } }],
      scale: 2,
      none: null,
    });
  });
});
