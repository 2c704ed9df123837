/*
 * The daemon's real life around an engine that is not: `node fake-daemon.ts --root <path>`. FAKE_DAEMON lists what is odd
 * about it. What the engine was asked is appended to calls.log in the root.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runDaemon } from "../../src/daemon/run-daemon.ts";
import { Abort } from "../../src/lib/abort.ts";
import { FakeEngine } from "./fake-engine.ts";

const { root } = parseArgs({ options: { root: { type: "string" } } }).values;
if (root === undefined) throw new Error("--root is missing");
const oddities = new Set((process.env.FAKE_DAEMON ?? "").split(","));
const record = (text: string) => appendFileSync(join(root, "calls.log"), `${process.pid} ${text}\n`);

const code = await runDaemon({
  root,
  version: process.env.FAKE_DAEMON_VERSION ?? "0.0.0-source",
  openEngine: async (options) => {
    if (oddities.has("abort-at-open")) throw new Abort(2, "the fleet makes no sense", "make it make sense");
    if (oddities.has("throw-at-open")) throw new TypeError("nobody thought of this");
    if (oddities.has("slow-open")) await sleep(300);
    options.log(
      `environment: ${Object.keys(process.env).filter((name) => /^(ORCHESTRA|MALLOC)_/.test(name)).length} of ours`,
    );
    const engine = new FakeEngine(root, options.version);
    const { down, release } = engine;
    engine.down = async (cause) => {
      await down.call(engine, cause);
      if (oddities.has("slow-down")) await sleep(300);
      record(engine.calls.at(-1) ?? "");
    };
    engine.release = async () => {
      await release.call(engine);
      record("release");
    };
    engine.onSend = async (request) => {
      record(`command ${request.command.kind}`);
      if (request.command.kind === "kill") {
        setImmediate(() => {
          throw new RangeError("a crash that the test asked for");
        });
      }
      engine.onSend = null;
      return engine.send(request);
    };
    record("open");
    return engine;
  },
});
process.exit(code);
