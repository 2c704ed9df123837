import { describe, expect, test } from "vitest";
import { junitXml } from "../../../src/cli/headless/junit-xml.ts";
import type { RunAccount } from "../../../src/cli/headless/run-account.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";
import { failedAccountOf, sampleAccount, sampleAccountOf } from "./sample-account.ts";

function suiteOf(account: RunAccount): XmlElement {
  const root = parseXml(junitXml(account));
  expect(root.name).toBe("testsuites");
  return root.children[0] as XmlElement;
}

/** By name: what JUnit says of it, `passed` where it says nothing. */
function ends(suite: XmlElement): Record<string, string> {
  const cases = suite.children.filter((c) => c.name === "testcase");
  return Object.fromEntries(
    cases.map((c) => [c.attributes.name, c.children.find((e) => e.name !== "system-out")?.name ?? "passed"]),
  );
}

const hostile: [string, string][] = [
  ["the end of a CDATA section", "<![CDATA[x]]> and ]]>"],
  ["tags, entities and quotes", `</failure></testcase> &amp; & "it's" <!-- --> <?xml?>`],
  [
    "control characters",
    "bell\u0007 null\u0000 vertical\u000b form\u000c escape\u001b[31m red\u001b[0m \u007f\u0085\u009b",
  ],
  ["a cursor that goes home", "\u001b[2J\u001b[Hgone \u001b]0;title\u0007"],
  ["lone surrogates and no characters", "\ud800 \udc00x \ufffe\uffff \u{1f600}"],
  ["bytes that were no UTF-8", "\ufffd\ufffd"],
  ["carriage returns and line separators", "10%\r20%\r\nnext\u2028\u2029"],
];

describe("JUnit XML", () => {
  test("has a case for each service, with how long it took and how it ended", () => {
    const suite = suiteOf(
      sampleAccount([
        sampleAccountOf("api", { buildMs: 1200, tests: { passed: 12, failed: 0, skipped: 1, ms: 3100 } }),
        failedAccountOf("orders", ["cannot open the database"]),
        sampleAccountOf("web", { outcome: "skipped", what: "cannot start: it needs orders#1, which failed" }),
        sampleAccountOf("slow", { outcome: "interrupted", what: "was not ready when the run was interrupted" }),
      ]),
    );
    expect(ends(suite)).toEqual({ api: "passed", orders: "failure", web: "skipped", slow: "error" });
    expect(suite.attributes).toMatchObject({
      name: "shop",
      tests: "4",
      failures: "1",
      errors: "1",
      skipped: "1",
      time: "2.500",
      timestamp: "2026-01-31T12:01:02",
    });
    const [api, orders] = suite.children.filter((c) => c.name === "testcase");
    expect(api?.attributes).toEqual({ name: "api", classname: "shop", time: "0.800" });
    expect(api?.text.trim()).toBe("built in 1.2s\ntested in 3.1s: 12 passed, 0 failed, 1 skipped\nready after 1.0s");
    expect(orders?.children[0]?.attributes).toEqual({ message: "failed: exit 3", type: "exited" });
    expect(orders?.children[0]?.text).toBe(
      "orders#1 failed: exit 3\n    │ cannot open the database\n  it ended before it was ready\n  see all of it: orchestra logs orders#1\n",
    );
  });

  test.each(hostile)("stays well-formed whatever a program prints: %s", (_, line) => {
    const text = JSON.stringify(line);
    const account = sampleAccount([failedAccountOf("api", [line, "the line after"])], { fleet: line });
    const [failed] = account.services;
    if (failed !== undefined) failed.what = line;
    const suite = suiteOf({ ...account, command: { text: line, exitCode: 9, tookMs: 5 }, remarks: [line] });
    expect(suite.text, text).toContain("the line after");
    expect(Object.keys(ends(suite))).toHaveLength(2);
  });

  test("keeps what can be kept of hostile text", () => {
    const lines = hostile.map(([, line]) => line);
    const { text } = suiteOf(sampleAccount([failedAccountOf("api", lines)]));
    expect(text).toContain("<![CDATA[x]]> and ]]>");
    expect(text).toContain(`</failure></testcase> &amp; & "it's" <!-- --> <?xml?>`);
    expect(text).toContain("\u{1f600}");
  });

  test("takes forty lines as long as a report has them", () => {
    const line = "<&>\u0000\ud800".repeat(400);
    const { children } = suiteOf(sampleAccount([failedAccountOf("api", Array<string>(40).fill(line))]));
    expect(children).toHaveLength(2);
  });

  test.each<[string, Partial<RunAccount>, Record<string, string>]>([
    [
      "a --then that passed",
      { command: { text: "npm test", exitCode: 0, tookMs: 9 } },
      { "--then npm test": "passed" },
    ],
    [
      "a --then that failed",
      { exitCode: 7, command: { text: "npm test", exitCode: 7, tookMs: 9 } },
      { "--then npm test": "failure" },
    ],
    [
      "a run that failed without a service to blame",
      { exitCode: 3, remarks: ["lost the daemon: it has died"] },
      { "orchestra --headless": "error" },
    ],
  ])("%s has a case of its own: what does not end with 0 is never all green", (_, change, expected) => {
    expect(ends(suiteOf(sampleAccount([sampleAccountOf("api")], change)))).toEqual({ api: "passed", ...expected });
  });
});
