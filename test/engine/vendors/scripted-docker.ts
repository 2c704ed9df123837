import type { Docker } from "../../../src/engine/vendors/docker.ts";

function unasked(): never {
  throw new Error("nobody was to ask this");
}

/** An engine that answers what the test has written down, and throws where it is asked anything else. */
export function scriptedDocker(script: Partial<Docker>): Docker {
  return {
    endpoint: "unix:///scripted.sock",
    version: unasked,
    list: unasked,
    inspect: unasked,
    create: unasked,
    start: unasked,
    signal: unasked,
    pause: unasked,
    unpause: unasked,
    rename: unasked,
    remove: unasked,
    exec: unasked,
    attachExec: unasked,
    logs: unasked,
    watchUsage: unasked,
    image: unasked,
    pull: unasked,
    build: unasked,
    images: unasked,
    removeImage: unasked,
    ensureNetwork: unasked,
    networks: unasked,
    removeNetwork: unasked,
    ensureVolume: unasked,
    volumes: unasked,
    volumeUsers: unasked,
    removeVolume: unasked,
    follow: unasked,
    close: () => {},
    ...script,
  };
}
