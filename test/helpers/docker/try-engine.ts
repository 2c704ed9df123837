/*
 * `node try-engine.ts`: finds out whether this machine lets an engine run, with a container that is reached by a
 * published port, and leaves nothing behind. Ends with 0 where all of that works, else says why not and ends with 1.
 */

import { get } from "node:http";
import { text } from "node:stream/consumers";
import { freePort } from "../free-port.ts";
import { waitUntil } from "../wait-until.ts";
import { startDockerEngine } from "./docker-engine.ts";
import { loadTestImages } from "./test-images.ts";

try {
  const engine = await startDockerEngine();
  try {
    await loadTestImages(engine.api, "web");
    const port = await freePort();
    await engine.api.run({ image: "web", ports: { 80: port } });
    await waitUntil("a container answers", () => says(port, "hello"));
  } finally {
    await engine.dispose();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function says(port: number, what: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host: "127.0.0.1", port, agent: false }, async (answer) => {
      resolve((await text(answer).catch(() => "")).includes(what));
    });
    call.once("error", () => resolve(false));
  });
}
