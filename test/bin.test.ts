import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Outcome, RunningProgram } from "./helpers/run-program.ts";
import { type TempFleet, tempFleet } from "./helpers/temp-fleet.ts";

const script = resolve(import.meta.dirname, "../bin/orchestra");
const shells = [["/bin/sh"], ["/bin/dash"], ["/bin/bash", "--posix"], ["/bin/busybox", "sh"]].filter(([file]) =>
  existsSync(file as string),
);

const heapFlag = "--max-semi-space-size=8";
const needsNode = "orchestra: it needs Node 22.22 or newer, on PATH or in this checkout (npm ci brings one along)\n";

/** A checkout with the real script, stand-ins for Node, and the few tools that the script may use. */
class Checkout {
  readonly folder: TempFleet;

  constructor(nodes: { own?: boolean; onPath?: "good" | "old" | "broken" }) {
    this.folder = tempFleet({ files: { "dist/main.js": "" } });
    mkdirSync(this.folder.path("bin"));
    copyFileSync(script, this.folder.path("bin/orchestra"));
    mkdirSync(this.folder.path("tools"));
    symlinkSync("/usr/bin/readlink", this.folder.path("tools/readlink"));
    if (nodes.own === true) this.addNode("node_modules/.bin/node", "good");
    if (nodes.onPath !== undefined) this.addNode("tools/node", nodes.onPath);
  }

  /** Asked for its version it notes that down, otherwise it says which file it is and what it was given. */
  addNode(file: string, verdict: "good" | "old" | "broken", real = this.folder.path(file)): void {
    const answer = verdict === "broken" ? "exit 127" : `echo '${verdict} ${real}'`;
    this.folder.write(
      file,
      `#!/bin/sh\nif [ "$1" = -e ]; then echo x >>'${this.folder.path("asked")}'; ${answer}; exit; fi\nprintf '<%s>' '${file}' "$@"\n`,
    );
    chmodSync(this.folder.path(file), 0o755);
    const aYearAgo = Date.now() / 1000 - 365 * 86_400;
    utimesSync(this.folder.path(file), aYearAgo, aYearAgo);
  }

  run(shell: string[], args: string[] = [], options: { file?: string; cwd?: string } = {}): Promise<Outcome> {
    const { file = this.folder.path("bin/orchestra"), cwd = "/" } = options;
    const env = this.folder.env({ PATH: this.folder.path("tools") });
    return new RunningProgram(shell[0] as string, [...shell.slice(1), file, ...args], { cwd, env }).ended;
  }

  /** How often the Node on PATH was asked for its version. */
  timesAsked(): number {
    const file = this.folder.path("asked");
    return existsSync(file) ? readFileSync(file, "utf8").length / 2 : 0;
  }

  get program(): string {
    return this.folder.path("dist/main.js");
  }
}

describe.each(shells)("bin/orchestra under %s", (...shell) => {
  test.each([
    ["the one on PATH where it is new enough", { own: true, onPath: "good" }, "tools/node"],
    ["the checkout's own where the one on PATH is too old", { own: true, onPath: "old" }, "node_modules/.bin/node"],
    [
      "the checkout's own where the one on PATH does not run",
      { own: true, onPath: "broken" },
      "node_modules/.bin/node",
    ],
    ["the checkout's own where there is none on PATH", { own: true }, "node_modules/.bin/node"],
    ["the one on PATH where the checkout has none", { onPath: "good" }, "tools/node"],
  ] as const)("runs %s, the second time as well", async (_title, nodes, chosen) => {
    const checkout = new Checkout(nodes);
    for (let time = 0; time < 2; time += 1) {
      const { code, stdout, stderr } = await checkout.run(shell, ["ps", "a b", "", "*"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(`<${chosen}><${heapFlag}><${checkout.program}><ps><a b><><*>`);
    }
  });

  test.each([
    ["there is none", {}],
    ["the only one is too old", { onPath: "old" }],
  ] as const)("says what it needs where %s", async (_title, nodes) => {
    expect(await new Checkout(nodes).run(shell)).toMatchObject({ code: 2, stdout: "", stderr: needsNode });
  });

  test("says what to do where nothing is built", async () => {
    const checkout = new Checkout({ own: true });
    rmSync(checkout.program);
    const stderr = `orchestra: it is not built yet: run npm ci && npm run build in ${checkout.folder.root}\n`;
    expect(await checkout.run(shell)).toMatchObject({ code: 2, stdout: "", stderr });
  });

  test.each(["good", "old"] as const)("asks a Node on PATH that is %s for its version only once", async (verdict) => {
    const checkout = new Checkout({ own: true, onPath: verdict });
    for (let time = 0; time < 3; time += 1) await checkout.run(shell);
    expect(checkout.timesAsked()).toBe(1);
  });

  test("asks again after the Node on PATH was replaced", async () => {
    const checkout = new Checkout({ own: true, onPath: "good" });
    expect((await checkout.run(shell)).stdout).toContain("<tools/node>");
    checkout.addNode("tools/node", "old");
    const later = Date.now() / 1000 + 10;
    utimesSync(checkout.folder.path("tools/node"), later, later);
    expect((await checkout.run(shell)).stdout).toContain("<node_modules/.bin/node>");
  });

  test("asks every time where the node on PATH is a version manager's, and runs the one that it chooses", async () => {
    const checkout = new Checkout({ own: true });
    checkout.addNode("versions/24/node", "good");
    checkout.addNode("tools/node", "good", checkout.folder.path("versions/24/node"));
    for (let time = 0; time < 2; time += 1) {
      expect((await checkout.run(shell)).stdout).toContain("<versions/24/node>");
    }
    expect(checkout.timesAsked()).toBe(2);
  });

  test("works where dist/ cannot be written to", async () => {
    const checkout = new Checkout({ onPath: "good" });
    mkdirSync(checkout.folder.path("dist/.node-on-path"));
    expect(await checkout.run(shell)).toMatchObject({ code: 0, stderr: "" });
  });

  test("finds its folder through links, absolute, relative and of folders", async () => {
    const checkout = new Checkout({ onPath: "good" });
    const { folder } = checkout;
    mkdirSync(folder.path("a/b"), { recursive: true });
    symlinkSync(folder.path("bin/orchestra"), folder.path("a/absolute"));
    symlinkSync("../absolute", folder.path("a/b/orchestra"));
    symlinkSync(folder.path("bin"), folder.path("a/bin"));
    for (const [file, cwd] of [
      [folder.path("a/b/orchestra"), "/"],
      ["b/orchestra", folder.path("a")],
      ["orchestra", folder.path("a/b")],
      ["orchestra", folder.path("bin")],
      [folder.path("a/bin/orchestra"), "/"],
    ] as const) {
      expect(await checkout.run(shell, ["x"], { file, cwd })).toMatchObject({
        stderr: "",
        stdout: `<tools/node><${heapFlag}><${checkout.program}><x>`,
      });
    }
  });
});

test("bin/orchestra becomes the program, so that a signal to it reaches the program itself", async () => {
  const checkout = new Checkout({});
  symlinkSync(process.execPath, join(checkout.folder.path("tools"), "node"));
  checkout.folder.write("dist/main.js", "console.log(process.pid); setInterval(() => {}, 1000);");
  const file = checkout.folder.path("bin/orchestra");
  const env = checkout.folder.env({ PATH: checkout.folder.path("tools") });
  const program = new RunningProgram("/bin/sh", [file], { cwd: "/", env });
  await program.waitFor(/^\d+\n/);
  expect(Number(program.stdout)).toBe(program.pid);
  program.kill("SIGTERM");
  expect((await program.ended).signal).toBe("SIGTERM");
});
