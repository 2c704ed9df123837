import { describeContainer, relationInConfig } from "../../engine/strays/describe-container.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import { fleetLabel, replicaOfContainer } from "../../engine/vendors/labels.ts";
import { loadDocker } from "../../engine/vendors/load-docker.ts";
import { sleep } from "../../lib/sleep.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { Stray } from "../../model/stray.ts";
import type { CliContext } from "../cli-context.ts";
import { readContainerRecords, readState } from "../offline-state.ts";

/** An engine that takes longer is as good as none for whoever only looks. */
const limitMs = 3_000;

/**
 * The containers with the fleet's labels that run, and that the next daemon would not take for its own: those on record, those
 * of services that are wanted, and vendors that are kept are its own. None where their engine cannot be asked.
 */
export async function containersWithoutDaemon({ env, clock }: CliContext, spec: FleetSpec): Promise<Stray[]> {
  const docker = await loadDocker({ env, clock });
  const limit = new AbortController();
  try {
    return (await Promise.race([straysAmong(docker, spec), sleep(limitMs, limit.signal).then(() => null)])) ?? [];
  } finally {
    limit.abort();
    docker.close();
  }
}

async function straysAmong(docker: Docker, spec: FleetSpec): Promise<Stray[]> {
  const listed = await docker.list({ [fleetLabel]: spec.id });
  if (!listed.ok) return [];
  const recorded = new Set(readContainerRecords(spec.root).map(({ container }) => container));
  const { wanted } = readState(spec.root);
  const found: Stray[] = [];
  for (const container of listed.containers) {
    const { service } = replicaOfContainer(container);
    const isKept = spec.vendors.some(({ name, vendor }) => name === service && vendor.keep);
    const isOwn = recorded.has(container.id) || wanted[service]?.isRunning === true || isKept;
    if (isOwn || (container.status !== "running" && container.status !== "paused")) continue;
    const asked = await docker.inspect(container.id);
    if (!asked.ok || asked.state === null) continue;
    found.push(describeContainer(container, asked.state, relationInConfig(spec, service)));
  }
  return found.sort((a, b) => a.startedAt - b.startedAt);
}
