import { type DockerEngine, startDockerEngine } from "../../test/helpers/docker/docker-engine.ts";
import { whyNoEngine } from "../../test/helpers/docker/engine-needs.ts";
import { loadTestImages } from "../../test/helpers/docker/test-images.ts";

/** Runs `work` with a docker engine of its own that has the image `web`, and removes that; says where there can be none. */
export async function withBenchDocker(name: string, work: (docker: DockerEngine) => Promise<void>): Promise<void> {
  const obstacle = whyNoEngine();
  if (obstacle !== null) {
    console.log(`${name}: skipped, there can be no docker engine here: ${obstacle}`);
    return;
  }
  const docker = await startDockerEngine({ isLiveRestore: true });
  // The engine's own handles keep no process alive.
  const keepAlive = setInterval(() => {}, 1_000);
  try {
    await loadTestImages(docker.api, "web");
    await work(docker);
  } finally {
    clearInterval(keepAlive);
    await docker.dispose();
  }
}
