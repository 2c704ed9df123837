import { loadFleet } from "../config/load-fleet.ts";
import { fleetLabel, kindLabel, replicaOfContainer } from "../engine/vendors/labels.ts";
import { loadDocker } from "../engine/vendors/load-docker.ts";
import { sleep } from "../lib/sleep.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import type { CliContext } from "./cli-context.ts";
import { knownPorts } from "./known-ports.ts";
import { readContainerRecords, readState } from "./offline-state.ts";

/** A container of the fleet that runs without a daemon, or is on record as running. */
export interface LivingContainer {
  unit: UnitId;
  service: string;
  isVendor: boolean;
  id: string;
  image: string;
  ports: Record<string, number>;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** An engine that takes longer is as good as none for whoever only looks. */
const limitMs = 3_000;

/**
 * The containers of a fleet that run, as their engine says; where that cannot be asked, those on record, and `trouble` says
 * why then. A fleet without containers asks nothing, and loads nothing for it.
 */
export async function livingContainers(
  { env, clock }: CliContext,
  root: string,
): Promise<{ living: LivingContainer[]; trouble: string | null }> {
  const records = readContainerRecords(root);
  const { spec } = loadFleet(root, env);
  const units = [...(spec?.vendors ?? []), ...(spec?.services ?? [])];
  if (records.length === 0 && units.every(({ container }) => container === null)) return { living: [], trouble: null };
  const vendors = new Set(spec?.vendors.map(({ name }) => name));
  const onRecord = records.map(({ unit, service, container, image, ports, startedAt }): LivingContainer => {
    return { unit, service, isVendor: vendors.has(service), id: container, image, ports, startedAt };
  });
  const state = readState(root);
  const docker = await loadDocker({ env, clock });
  const limit = new AbortController();
  try {
    const listing = spec === null ? null : docker.list({ [fleetLabel]: spec.id });
    const late = sleep(limitMs, limit.signal).then(() => null);
    const listed = await Promise.race([listing, late]);
    if (listed === null) return { living: onRecord, trouble: records.length === 0 ? null : "Docker does not answer" };
    if (!listed.ok) return { living: onRecord, trouble: records.length === 0 ? null : listed.failure.message };
    const running = listed.containers.filter(({ status }) => status === "running" || status === "paused");
    const living = running.map((container): LivingContainer => {
      const { service, index } = replicaOfContainer(container);
      const unit = replicaId(service, index);
      const recorded = onRecord.find(({ id }) => id === container.id);
      const known = units.find(({ name }) => name === service);
      const ports = known === undefined ? {} : knownPorts(known, 1, state);
      const isVendor = container.labels[kindLabel] === "vendor";
      const { id, image, createdAt } = container;
      return { ...(recorded ?? { unit, service, id, image, ports, startedAt: createdAt }), isVendor };
    });
    return { living, trouble: null };
  } finally {
    limit.abort();
    docker.close();
  }
}
