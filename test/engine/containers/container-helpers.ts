import { connect } from "node:net";
import { fleetLabel } from "../../../src/engine/vendors/labels.ts";
import type { DockerApi } from "../../helpers/docker/docker-api.ts";
import type { TestEngine } from "../../helpers/test-engine.ts";

/** Ids of all containers of the fleet, running or not. */
export async function idsOf(api: DockerApi, fleet: TestEngine): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${fleetLabel}=${fleet.snapshot.id}`] }));
  const listed = await api.ask<{ Id: string }[]>("GET", `/containers/json?all=true&filters=${filters}`);
  return listed.map(({ Id }) => Id);
}

/** The first line of what a Redis answers to one command. */
export function redis(port: number, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
  let answer = "";
  socket.on("data", (bytes) => {
    answer += bytes;
    if (!answer.includes("\r\n")) return;
    socket.destroy();
    resolve(answer.slice(0, answer.indexOf("\r\n")));
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("closed without an answer")));
  return promise;
}
