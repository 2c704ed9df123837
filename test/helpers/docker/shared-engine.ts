import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../wait-until.ts";
import { DockerApi } from "./docker-api.ts";
import { answers, type DockerEngine, spawnHolder } from "./docker-engine.ts";
import { pingsBack } from "./pings-back.ts";

/**
 * The engine that all test files of a run have in common: whoever asks first starts it, and it ends with the run
 * (see run-warden.ts). Others work with it at the same time: a test finds its own by label or name, and sweeps it away.
 */
export async function sharedDockerEngine(): Promise<Pick<DockerEngine, "socket" | "host" | "api">> {
  // Without a run around it, as from a benchmark, there would be nobody to end it.
  if (process.env.TEST_RUN_FOLDER === undefined) throw new Error("no test run, so nothing to share an engine in");
  const folder = join(tmpdir(), "docker");
  const socket = join(folder, "docker.sock");
  const trouble = join(folder, "trouble");
  if (isFirst(folder)) {
    try {
      const orders = join(folder, "orders");
      execFileSync("mkfifo", [orders]);
      // Whoever reads and writes never sees its end, so it outlives this test file.
      const child = spawnHolder(folder, {}, openSync(orders, "r+"));
      writeFileSync(orders, "start\n");
      await answers(folder, child);
    } catch (error) {
      writeFileSync(trouble, (error as Error).message);
      throw error;
    }
  } else {
    await waitUntil(
      "the run's docker engine answers",
      async () => {
        if (existsSync(trouble)) throw new Error(readFileSync(trouble, "utf8"));
        return await pingsBack(socket);
      },
      40_000,
    );
  }
  return { socket, host: `unix://${socket}`, api: new DockerApi(socket) };
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
