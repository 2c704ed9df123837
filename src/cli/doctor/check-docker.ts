import type { FailureOr } from "../../engine/failure-or.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** What an engine answers to the question for its version. */
export type EngineAnswer = FailureOr<{ version: string; apiVersion: string; isLocal: boolean }>;

/** The oldest that is spoken to. */
const oldestApi = [1, 41] as const;

/** True where something of the fleet runs in a container. */
export function needsDocker({ vendors, services }: Pick<FleetSpec, "vendors" | "services">): boolean {
  return vendors.length > 0 || services.some(({ container }) => container !== null);
}

/** Whether there is an engine for containers to work with. Pure. */
export function judgeDocker(answer: EngineAnswer, endpoint: string, isOptional: boolean): Finding {
  if (!answer.ok) {
    const { message, hint = null } = answer.failure;
    return isOptional ? warning(`${message} (all that needs it is optional)`, hint) : problem(message, hint);
  }
  const { version, apiVersion, isLocal } = answer;
  const what = `Docker ${version} (API ${apiVersion}) at ${endpoint}`;
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  if (major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1])) {
    return problem(`${what} is too old`, "install Docker 20.10 or newer");
  }
  if (!isLocal)
    return warning(`${what} is another machine: services here do not reach what it publishes on 127.0.0.1`, null);
  return fine(what);
}

/** Asks the engine who it is. */
export async function checkDocker(docker: Docker, { vendors, services }: FleetSpec): Promise<Finding> {
  const isOptional =
    vendors.every(({ vendor }) => vendor.optional) && services.every(({ container }) => container === null);
  return judgeDocker(await docker.version(), docker.endpoint, isOptional);
}
