import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { ServiceSpec } from "../../model/service.ts";
import { commandOf } from "../drivers/command-of.ts";

/**
 * What the program of a service with a build command is at this moment, by its content; null where its command names
 * none that lies in its folder, so that nothing can be told.
 */
export async function stampOfProgram(service: ServiceSpec): Promise<string | null> {
  const file = commandOf(service, null)?.file;
  if (service.build.kind !== "command" || file === undefined || !file.includes("/")) return null;
  const path = resolve(service.dir, file);
  if (!path.startsWith(`${service.dir}/`)) return null;
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest("hex");
}
