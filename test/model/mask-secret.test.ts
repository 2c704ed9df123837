import { expect, test } from "vitest";
import { maskSecret } from "../../src/model/mask-secret.ts";

test.each([
  ["POSTGRES_PASSWORD", "dev", "•••"],
  ["PGPASS", "dev", "•••"],
  ["API_KEY", "k", "•••"],
  ["GITHUB_TOKEN", "t", "•••"],
  ["AWS_SECRET_ACCESS_KEY", "s", "•••"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/x", "•••"],
  ["SMTP_PASSWORD2", "p", "•••"],
  ["apiKey", "k", "•••"],
  ["SSH_KEY_FILE", "/x", "•••"],
  ["MYSQL_PWD", "p", "•••"],
  ["EMPTY_PASSWORD", "", ""],
  ["DB_URL", "postgres://me:pw@localhost:5432/shop", "postgres://•••@localhost:5432/shop"],
  ["DB_URL", "postgres://me:p@w@localhost:5432/shop", "postgres://•••@localhost:5432/shop"],
  ["PWD", "/home/me", "/home/me"],
  ["LOG_LEVEL", "debug", "debug"],
  ["KEYBOARD", "qwerty", "qwerty"],
  ["PASSENGERS", "4", "4"],
  ["ORDERS_URL", "http://127.0.0.1:8080", "http://127.0.0.1:8080"],
])("%s=%s is shown as %s", (name, value, shown) => {
  expect(maskSecret(name, value)).toBe(shown);
});
