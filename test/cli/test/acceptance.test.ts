import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { processesOf } from "../../helpers/processes-of.ts";
import { RunningProgram } from "../../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../../helpers/temp-fleet.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

vi.setConfig({ testTimeout: 60_000 });

const main = resolve(import.meta.dirname, "../../../src/main.ts");
const server = `import { createServer } from "node:http";
createServer((_, res) => res.end(process.env.NAME)).listen(process.env.PORT, "127.0.0.1");
`;
const get = (variable: string) => `node -e 'fetch(process.env.${variable}).then((r) => r.text()).then(console.log)'`;

/** `api` needs `db`; `other` needs nothing. */
function fleetWith(api: string, more: Record<string, string> = {}): TempFleet {
  const service = (name: string) => `run: node server.mjs\nport: auto\nready: {tcp: http}\nenv: {NAME: ${name}}\n`;
  return tempFleet({
    files: {
      "orchestra.yml": "",
      "db/service.yml": service("db").replace("tcp: http", "http: /"),
      "db/server.mjs": server,
      "api/service.yml": `${service("api").replace("tcp: http", "http: /")}depends_on: [db]\n${api}\n`,
      "api/server.mjs": server,
      "other/service.yml": service("other").replace("tcp: http", "http: /"),
      "other/server.mjs": server,
      ...more,
    },
  });
}

function start(fleet: TempFleet, ...args: string[]): RunningProgram {
  return new RunningProgram(process.execPath, [main, ...args], { cwd: fleet.root, env: fleet.env() });
}
const run = (fleet: TempFleet, ...args: string[]) => start(fleet, ...args).ended;

describe("acceptance tests", () => {
  test("run against the service and what it depends on, which are taken down in the end with their daemon", async () => {
    const fleet = fleetWith(
      `acceptance: |\n  ${get("API_URL")}\n  ${get("DB_URL")}\n  test "$API_URL" = "http://127.0.0.1:$PORT" && env | grep ORCHESTRA_ || echo unmarked`,
    );
    const outcome = await run(fleet, "test");
    expect(outcome).toMatchObject({ code: 0, stdout: "api │ api\napi │ db\napi │ unmarked\n" });
    expect(outcome.stderr).toMatch(
      /api#1 +ready(.|\n)*api +acceptance tests passed(.|\n)*stopped (api and db|db and api)/,
    );
    expect(outcome.stderr).not.toContain("other");
    expect((await run(fleet, "daemon", "status")).stdout).toContain("no daemon runs");
  });

  test("that fail end with 1, and what ran before goes on", async () => {
    const fleet = fleetWith("acceptance: 'echo wrong; exit 4'");
    expect(await run(fleet, "start", "db")).toMatchObject({ code: 0 });
    const outcome = await run(fleet, "test", "--json");
    expect(outcome.code).toBe(1);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      outcome: "failed",
      tests: [{ service: "api", kind: "acceptance", status: "failed", failure: { output: ["wrong"] } }],
    });
    const { services } = JSON.parse((await run(fleet, "ps", "--json")).stdout);
    expect(
      services.map((s: { name: string; replicas: { phase: string }[] }) => [s.name, s.replicas[0]?.phase]),
    ).toEqual([
      ["api", "stopped"],
      ["db", "ready"],
      ["other", "stopped"],
    ]);
    expect(await run(fleet, "down")).toMatchObject({ code: 0 });
  });

  test("of a service that does not come up are not run, and the report says why", async () => {
    const fleet = fleetWith("acceptance: echo never", {
      "db/server.mjs": "console.log('no disk'); process.exit(5);\n",
    });
    const outcome = await run(fleet, "test", "--wait-timeout", "2s");
    expect([outcome.code, outcome.stdout]).toEqual([124, ""]);
    expect(outcome.stderr).toMatch(/api \(acceptance\) was not tested: (.|\n)*db#1(.|\n)*failed: api \(acceptance\)/);
  });

  test("that are interrupted leave nothing behind", async () => {
    const fleet = fleetWith("acceptance: 'echo begun; sleep 300'");
    const program = start(fleet, "test");
    await program.waitFor("begun");
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({
      code: 143,
      stderr: expect.stringMatching(/stopped (api and db|db and api)/),
    });
  });

  test("whose daemon dies end with 3, and what was started for them is gone", async () => {
    const fleet = fleetWith("acceptance: 'echo begun; sleep 300'");
    const program = start(fleet, "test");
    await program.waitFor("begun");
    const { pid } = JSON.parse(readFileSync(fleet.path(".orchestra/daemon.json"), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");
    expect(await program.ended).toMatchObject({ code: 3, stderr: expect.stringContaining("lost the daemon") });
    await waitUntil("nothing is left", () => processesOf(fleet.root).length === 0);
  });
});
