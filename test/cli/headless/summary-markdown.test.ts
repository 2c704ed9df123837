import { describe, expect, test } from "vitest";
import type { RunAccount } from "../../../src/cli/headless/run-account.ts";
import { summaryMarkdown } from "../../../src/cli/headless/summary-markdown.ts";
import { failedAccountOf, sampleAccount, sampleAccountOf } from "./sample-account.ts";

describe("the summary of a run", () => {
  test("says how it ended, each service in a row, and the failure report", () => {
    const account = sampleAccount([
      sampleAccountOf("api", { buildMs: 1200 }),
      failedAccountOf("orders", ["cannot open the database"]),
    ]);
    expect(summaryMarkdown(account, new Map([["orders#1", "failed-logs/orders-1.log"]]))).toBe(
      `## ❌ shop: 1 of 2 services failed

2 services, 2.5s, exit code 1, begun 2026-01-31T12:01:02.000Z

| service | how it went | built in | ready after |
| --- | --- | --- | --- |
| ✅ api | ready after 1.0s | 1.2s | 1.0s |
| ❌ orders | failed: exit 3 | – | – |

### \`orders#1\` failed: exit 3

\`\`\`text
cannot open the database
\`\`\`

- it ended before it was ready
- see all of it: orchestra logs orders#1
- its log: \`failed-logs/orders-1.log\`
`,
    );
  });

  test.each<[Partial<RunAccount>, string]>([
    [{ exitCode: 0 }, "✅ shop: all is well"],
    [{ exitCode: 124, timedOutMs: 3000 }, "❌ shop: not ready in time"],
    [{ exitCode: 7, command: { text: "npm test", exitCode: 7, tookMs: 5 } }, "❌ shop: the command ended with 7"],
    [{ exitCode: 3, remarks: ["lost the daemon"] }, "❌ shop: could not find out how it went"],
  ])("of %j is headed %j", (change, headline) => {
    const text = summaryMarkdown(sampleAccount([sampleAccountOf("api")], change));
    expect(text.split("\n")[0]).toBe(`## ${headline}`);
    for (const remark of change.remarks ?? []) expect(text).toContain(remark);
  });

  test("what programs print stays text: no fence, table or tag is broken out of", () => {
    const account = sampleAccount([failedAccountOf("api", ["```", "````", "# not a title", "\u001b[31mred\u0007"])]);
    const [api] = account.services;
    if (api !== undefined) api.what = "failed: a | b\n<script> [x](y)";
    const text = summaryMarkdown(account);
    expect(text).toContain("`````text\n```\n````\n# not a title\nred\n`````\n");
    expect(text).toContain("| ❌ api | failed: a \\| b &lt;script&gt; \\[x\\](y) | – | – |");
  });
});
