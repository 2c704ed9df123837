import type { EngineClient } from "../model/client.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { CliContext } from "./cli-context.ts";
import type { Candidate } from "./completion-words.ts";
import { locateFleet } from "./open-fleet.ts";
import { untilAborted } from "./until-aborted.ts";

/** A person waits for the answer, with a finger on the key. */
const daemonLimitMs = 500;

interface Named {
  name: string;
  scale: number;
  /** Null, or not there: a service. */
  vendor?: object | null;
}

/**
 * The names of the fleet: services, replicas where there are several, profiles. From its daemon, which knows the scale,
 * else from its files. Starts nothing; whatever goes wrong, there are just no names.
 */
export async function completionNames(context: CliContext): Promise<Candidate[]> {
  try {
    const root = await locateFleet(context);
    const snapshot = await snapshotOf(context, root);
    return snapshot === null ? await fromFiles(root) : fromSnapshot(snapshot);
  } catch {
    return [];
  }
}

async function snapshotOf(context: CliContext, root: string): Promise<FleetSnapshot | null> {
  let client: EngineClient | null = null;
  try {
    client = await context.daemons.connect(root);
    return client === null ? null : await untilAborted(client.snapshot(), AbortSignal.timeout(daemonLimitMs));
  } catch {
    return null;
  } finally {
    // Nobody waits for the end of a daemon that hangs.
    void client?.close().catch(() => {});
  }
}

async function fromFiles(root: string): Promise<Candidate[]> {
  const { loadFleet } = await import("../config/load-fleet.ts");
  const { spec } = loadFleet(root);
  if (spec === null) return [];
  return candidates([...spec.services, ...spec.vendors], Object.keys(spec.profiles), () => null);
}

function fromSnapshot({ services }: FleetSnapshot): Candidate[] {
  const phases = new Map(services.flatMap((s) => s.replicas.map((r) => [r.id as string, r.state.phase] as const)));
  const profiles = new Set(services.flatMap((s) => s.profiles));
  return candidates(services, [...profiles], (unit) => phases.get(unit) ?? null);
}

function candidates(
  services: readonly Named[],
  profiles: readonly string[],
  describe: (unit: string) => string | null,
): Candidate[] {
  return [
    ...services.flatMap(({ name, scale, vendor }): Candidate[] => {
      if (vendor != null) return [{ value: name, description: describe(`${name}#1`) ?? "vendor", isVendor: true }];
      if (scale <= 1) return [{ value: name, description: describe(`${name}#1`) ?? "service" }];
      const replicas = Array.from({ length: scale }, (_, i) => `${name}#${i + 1}`);
      return [
        { value: name, description: `${scale} replicas` },
        ...replicas.map((value) => ({ value, description: describe(value) ?? "service" })),
      ];
    }),
    ...profiles.map((profile) => ({ value: `@${profile}`, description: "profile" })),
  ];
}
