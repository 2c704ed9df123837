import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { resolveEnvironment } from "../../config/resolve-environment.ts";
import { runAtMost } from "../../lib/run-at-most.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { CliContext } from "../cli-context.ts";
import { knownAddresses } from "../known-ports.ts";
import { withoutMarkers } from "../markerless-environment.ts";
import { readState } from "../offline-state.ts";
import { listNames } from "../output/list-names.ts";
import { printableWords } from "../output/printable.ts";
import { affectedServices } from "./affected-services.ts";
import { gitChanges } from "./git-changes.ts";
import { madeOfService } from "./made-of-service.ts";
import type { ChangePurpose } from "./sources-of.ts";

export interface ChangedQuestion {
  /** Null: since the merge base with the upstream, or HEAD. */
  ref: string | null;
  purpose: ChangePurpose;
  overrides: Record<string, string>;
  signal: AbortSignal;
}

/** Which of some services a git diff is about. */
export interface ChangedServices {
  services: ServiceSpec[];
  /** What was compared and what that means for whom: lines with their ends. */
  report: string;
}

/**
 * Picks those of `services` that changed since a commit, with what is not committed; null where the signal came first.
 * Throws an Abort where git cannot tell.
 */
export async function changedServices(
  context: CliContext,
  fleet: FleetSpec,
  services: readonly ServiceSpec[],
  question: ChangedQuestion,
): Promise<ChangedServices | null> {
  try {
    const changed = await lookAtChanges(context, fleet, services, question);
    return question.signal.aborted ? null : changed;
  } catch (error) {
    // What was cut short tells of failures that are none.
    if (question.signal.aborted) return null;
    throw error;
  }
}

async function lookAtChanges(
  context: CliContext,
  fleet: FleetSpec,
  services: readonly ServiceSpec[],
  { ref, purpose, overrides, signal }: ChangedQuestion,
): Promise<ChangedServices> {
  const { files, since } = await gitChanges(fleet.root, ref, { env: context.env, signal });
  if (files.length === 0) return { services: [], report: `nothing changed since ${since}\n` };
  const addresses = knownAddresses(fleet, readState(fleet.root));
  const madeOf = await runAtMost(availableParallelism(), services, async (service) => {
    const replica = null;
    const callerEnv = context.env;
    const resolved = resolveEnvironment({ fleet, service, verb: purpose, callerEnv, overrides, replica, addresses });
    return await madeOfService(fleet, service, { purpose, env: withoutMarkers(resolved), signal });
  });
  const affected = affectedServices(files, madeOf);
  const names = new Set(affected.map(({ service }) => service));
  const unknown = new Map(madeOf.map((made) => [made.service, made.unknown]));
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  const head = `${count} changed since ${printableWords(since)}`;
  const lines = affected.map(({ service, files: its }) => {
    const why = unknown.get(service) ?? null;
    if (why !== null) return `  ${service}: counts as changed, since ${why}\n`;
    const paths = its.map((file) => printableWords(relative(fleet.root, file)));
    return `  ${service}: ${listNames(paths, 3)}\n`;
  });
  const tail = affected.length === 0 ? ", and nothing that was asked about is made of that" : "";
  return { services: services.filter(({ name }) => names.has(name)), report: `${head}${tail}\n${lines.join("")}` };
}
