/**
 * `npm run picture`: starts a copy of the shop, with vendors and shoppers, opens the dashboard on it in a terminal emulator,
 * lets it run for a while, and draws what the emulator's cells hold into docs/dashboard.svg. A picture of a real run, not a
 * drawing of one. It needs Go, and a Docker engine: one of its own where there can be one (as for the tests), unless
 * DOCKER_HOST says which; then that one has to have the images.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spawn } from "@lydell/node-pty";
import xterm, { type Terminal } from "@xterm/headless";
import { fleetIdOf } from "../src/config/fleet-id.ts";
import { type DockerEngine, startDockerEngine } from "../test/helpers/docker/docker-engine.ts";
import { loadImage } from "../test/helpers/docker/load-image.ts";
import { removeFleet } from "../test/helpers/docker/remove-fleet.ts";
import { testImage } from "../test/helpers/docker/test-images.ts";
import { build } from "./build.ts";
import { terminalSvg } from "./picture/terminal-svg.ts";

const columns = 144;
const rows = 34;
/** Until the log is full of what is worth reading. */
const runsForMs = 25_000;
const limitMs = 60_000;

const repository = resolve(import.meta.dirname, "..");
const file = join(repository, "docs/dashboard.svg");
const bin = join(repository, "bin/orchestra");

await build();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-picture-")));
const fleet = join(folder, "shop");
cpSync(join(repository, "fixtures/fleets/shop"), fleet, {
  recursive: true,
  filter: (path) => !path.endsWith("/.orchestra"),
});
mkdirSync(join(folder, "run"), { mode: 0o700 });
const engine = process.env.DOCKER_HOST === undefined ? await ownEngine() : null;
// The engine's own handles keep no process alive.
const keepAlive = setInterval(() => {}, 1000);
const kept = Object.entries(process.env).filter(([name]) => !/^(CI|NO_COLOR|ORCHESTRA)/.test(name));
const env = {
  GOCACHE: join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "go-build"),
  ...Object.fromEntries(kept),
  ...(engine === null ? {} : { DOCKER_HOST: engine.host }),
  // Nobody's own settings.
  XDG_CONFIG_HOME: folder,
  XDG_RUNTIME_DIR: join(folder, "run"),
  TERM: "xterm-256color",
  COLORTERM: "truecolor",
  LANG: "C.UTF-8",
};
try {
  orchestra("start", "shopper");
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const pty = spawn(bin, [], { cols: columns, rows, cwd: fleet, env: env as Record<string, string> });
  screen.onData((reply) => pty.write(reply));
  pty.onData((data) => screen.write(data));
  await shows(screen, /vendors 2\/2/);
  await shows(screen, /shopper +ready/);
  await new Promise((done) => setTimeout(done, runsForMs));
  writeFileSync(file, terminalSvg(screen, "orchestra", "The dashboard of Orchestra"));
  pty.kill();
  console.log(`picture: ${file.slice(repository.length + 1)}`);
} finally {
  spawnSync(bin, ["down"], { cwd: fleet, env });
  const host = engine?.host ?? process.env.DOCKER_HOST ?? "";
  await removeFleet(host, fleetIdOf(fleet));
  await engine?.dispose();
  clearInterval(keepAlive);
  rmSync(folder, { recursive: true, force: true });
}

/** One with the images of the shop's vendors in it, made of programs of this machine. */
async function ownEngine(): Promise<DockerEngine> {
  const docker = await startDockerEngine();
  await loadImage(docker.api, "postgres:16", testImage("postgres"));
  await loadImage(docker.api, "redis:7", testImage("redis"));
  return docker;
}

function orchestra(...args: string[]): void {
  const { status, stderr } = spawnSync(bin, args, { cwd: fleet, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`orchestra ${args.join(" ")} ended with ${status}\n${stderr}`);
}

async function shows(screen: Terminal, text: RegExp): Promise<void> {
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    const lines = Array.from({ length: rows }, (_, y) => screen.buffer.active.getLine(y)?.translateToString() ?? "");
    if (lines.some((line) => text.test(line))) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the dashboard did not show ${text} within ${limitMs / 1000} s`);
}
