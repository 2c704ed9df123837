import type { Clock } from "../../../lib/clock.ts";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import { sleep } from "../../../lib/sleep.ts";
import type { ContainerUsage } from "../docker.ts";
import { dialStream, type EngineClient } from "./engine-client.ts";
import { usageOf } from "./usage-of.ts";

const firstWaitMs = 1_000;
const longestWaitMs = 10_000;

/** Reads the engine's stream of a container's statistics, and opens it again where it ends, until it is stopped. */
export function watchUsage(
  client: EngineClient,
  clock: Clock,
  container: string,
  listener: (usage: ContainerUsage) => void,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const watch = async (): Promise<void> => {
    let wait = firstWaitMs;
    while (!signal.aborted) {
      const looks = await readStats(client, container, signal, listener);
      wait = looks > 0 ? firstWaitMs : Math.min(wait * 2, longestWaitMs);
      await sleep(wait, signal, clock);
    }
  };
  void watch();
  return () => stop.abort();
}

/** The number of looks until the stream ended. */
async function readStats(
  client: EngineClient,
  container: string,
  signal: AbortSignal,
  listener: (usage: ContainerUsage) => void,
): Promise<number> {
  const path = `/containers/${container}/stats`;
  const query = { stream: 1 };
  const answer = await client.open((api, abortSignal) => dialStream(api, { method: "GET", path, query, abortSignal }), {
    signal,
  });
  if (answer.kind !== "answered") return 0;
  const lines = new NdjsonSplitter();
  let looks = 0;
  try {
    for await (const chunk of answer.value.stream) {
      for (const line of lines.push(chunk as Buffer)) {
        if (signal.aborted) break;
        listener(usageOf(JSON.parse(line)));
        looks += 1;
      }
    }
  } catch {
    // It is opened again.
  } finally {
    answer.value.end();
  }
  return looks;
}
