import { DockerApi } from "./docker-api.ts";

/** True where an engine behind the socket answers. */
export function pingsBack(socket: string): Promise<boolean> {
  return new DockerApi(socket).bytes("GET", "/_ping").then(
    (body) => body.toString() === "OK",
    () => false,
  );
}
