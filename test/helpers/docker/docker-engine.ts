import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../wait-until.ts";
import { DockerApi } from "./docker-api.ts";
import { endEngine, removeDeadEngines } from "./end-engine.ts";
import { engineSearchPath, whyNoEngine } from "./engine-needs.ts";
import { claimEngineNetwork } from "./engine-network.ts";
import { pingsBack } from "./pings-back.ts";

const holder = join(import.meta.dirname, "engine-holder.sh");

interface EngineOptions {
  /** True: containers go on while the engine is away, and are its own again when it is back. */
  isLiveRestore?: boolean;
  /** How often the engine tries to get a layer before a pull fails; its own default takes a minute to give up. */
  pullAttempts?: number;
}

/** A docker engine of the test's own. Nothing of it is left once it is disposed of, or once the test's process is gone. */
export interface DockerEngine {
  /** Path of its socket, which is there while the engine runs. */
  socket: string;
  /** What DOCKER_HOST says to use it. */
  host: string;
  api: DockerApi;
  /** Ends the engine in good order, which ends its containers too, and leaves its data. */
  stop(): Promise<void>;
  /** Ends the engine with SIGKILL: its containers run on until it is started again. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`; resolves once it answers. */
  start(): Promise<void>;
  /** `stop`, then `start`. */
  restart(): Promise<void>;
  /** The engine takes connections and does not answer, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends it and its containers at once, and removes all there is of them. */
  dispose(): Promise<void>;
}

/** Starts an engine (1 to 2 s), with nothing in it. Whoever asks for it disposes of it. */
export async function startDockerEngine(options: EngineOptions = {}): Promise<DockerEngine> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "docker-")));
  try {
    const engine = drive(folder, spawnHolder(folder, options));
    await engine.start();
    return engine;
  } catch (error) {
    await removeEngine(folder);
    throw error;
  }
}

function drive(folder: string, child: ChildProcess): DockerEngine {
  const socket = join(folder, "docker.sock");
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const order = (text: string) => void child.stdin?.write(`${text}\n`);
  const end = async (signal: "TERM" | "KILL") => {
    said = "";
    order(signal);
    await waitUntil(`the engine ends after SIG${signal}`, () => said.includes("ended"), 30_000);
  };
  const engine: DockerEngine = {
    socket,
    host: `unix://${socket}`,
    api: new DockerApi(socket),
    stop: () => end("TERM"),
    kill: () => end("KILL"),
    start: async () => {
      rmSync(join(folder, "ended"), { force: true });
      order("start");
      await answers(folder, child);
    },
    restart: async () => {
      await engine.stop();
      await engine.start();
    },
    freeze: () => order("STOP"),
    thaw: () => order("CONT"),
    dispose: () => removeEngine(folder),
  };
  return engine;
}

async function removeEngine(folder: string): Promise<void> {
  await endEngine(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts what holds the engine of `folder`, without the engine yet; it takes orders from its standard input. */
export function spawnHolder(
  folder: string,
  options: EngineOptions = {},
  stdin: "pipe" | number = "pipe",
): ChildProcess {
  const obstacle = whyNoEngine();
  if (obstacle !== null) throw new Error(`no docker engine: ${obstacle}`);
  removeDeadEngines();
  const { link, pools } = claimEngineNetwork(folder);
  const args = ["--pid", "--mount", "--fork", "--kill-child", "--mount-proc"];
  args.push("docker-init", "--", "sh", holder, folder, link);
  for (const pool of pools) args.push("--default-address-pool", `base=${pool},size=26`);
  args.push("--max-download-attempts", String(options.pullAttempts ?? 1));
  if (options.isLiveRestore === true) args.push("--live-restore");
  const isShared = stdin !== "pipe";
  const child = spawn("unshare", args, {
    cwd: folder,
    // Only what an engine needs: no proxy of this machine, and nothing of the test's own.
    env: { PATH: engineSearchPath, HOME: folder },
    stdio: [stdin, isShared ? "ignore" : "pipe", isShared ? "ignore" : "inherit"],
    detached: true,
  });
  child.on("error", () => {
    // No unshare on this machine: nothing will answer, and who waits for it says so.
  });
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as { unref?(): void } | null)?.unref?.();
  return child;
}

/** Waits until the engine in `folder` answers; throws, with the end of its log, where it does not start. */
export async function answers(folder: string, child: ChildProcess): Promise<void> {
  const socket = join(folder, "docker.sock");
  const log = () => (existsSync(join(folder, "dockerd.log")) ? readFileSync(join(folder, "dockerd.log"), "utf8") : "");
  const failed = () => child.exitCode !== null || child.signalCode !== null || existsSync(join(folder, "ended"));
  try {
    const answer = await waitUntil(
      "the engine answers",
      async () => (await pingsBack(socket)) || (failed() && "failed"),
      30_000,
    );
    if (answer === "failed") throw new Error("it ended");
  } catch (error) {
    throw new Error(`no docker engine: ${(error as Error).message}\n${log().slice(-2000)}`, { cause: error });
  }
}
