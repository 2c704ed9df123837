import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Nameable, resolveSelection } from "../engine/selection.ts";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { Selection } from "../model/command.ts";
import { parseUnitId } from "../model/ids.ts";
import { shownName } from "../model/replica.ts";
import { vendorsOf } from "../model/snapshot.ts";
import type { CliContext } from "./cli-context.ts";
import { openFleetToRead } from "./open-fleet.ts";
import type { LogSource } from "./read-log-pages.ts";
import { abortOf } from "./reply-abort.ts";
import { nameableOf } from "./select-units.ts";

/** The logs of a selection. */
export interface OpenLogSource {
  logs: LogSource;
  /** Units and whole services, as a log query takes them; empty means all. */
  units: string[];
  /** Names of those that are vendors. */
  vendors: readonly string[];
  /** Of the longest name that is known by now. */
  nameWidth: number;
  close(): Promise<void>;
}

/** Through the daemon; where none runs the files are read directly. Throws an Abort for names that mean nothing. */
export async function openLogSource(context: CliContext, select: Selection): Promise<OpenLogSource> {
  const { root, running } = await openFleetToRead(context);
  if (running !== null) {
    const { client, snapshot } = running;
    try {
      const names = snapshot.services.flatMap((s) => s.replicas.map(shownName));
      const vendors = vendorsOf(snapshot).map(({ name }) => name);
      const units = await resolve(select, nameableOf(snapshot), root);
      return { logs: client, units, vendors, nameWidth: widest(names, units), close: () => client.close() };
    } catch (error) {
      await client.close();
      throw error;
    }
  }
  const { LogStore } = await import("../engine/logs/log-store.ts");
  const dir = join(root, ".orchestra", "logs");
  const { nameable, vendors, limits } = await fromConfig(root, dir);
  const store = new LogStore({ dir, ...limits });
  const units = await resolve(select, nameable, root);
  return {
    logs: { readLogs: (query, signal) => store.read(query, signal) },
    units,
    vendors,
    nameWidth: 0,
    close: () => store.close(),
  };
}

/** A config with mistakes is no reason not to show what was written before: the folders name the services then. */
async function fromConfig(
  root: string,
  logDir: string,
): Promise<{ nameable: Nameable; vendors: string[]; limits: { keepMs: number; maxSizeBytes: number } }> {
  const { loadFleet } = await import("../config/load-fleet.ts");
  const { spec } = loadFleet(root);
  const known = new Map([...(spec?.services ?? []), ...(spec?.vendors ?? [])].map((s) => [s.name, s.scale]));
  for (const name of foldersIn(logDir)) if (!known.has(name)) known.set(name, 1);
  return {
    nameable: {
      services: [...known].map(([name, scale]) => ({ name, scale })),
      profiles: spec?.profiles ?? {},
    },
    vendors: spec?.vendors.map(({ name }) => name) ?? [],
    limits: spec?.logs ?? { keepMs: Number.MAX_SAFE_INTEGER, maxSizeBytes: Number.MAX_SAFE_INTEGER },
  };
}

function foldersIn(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

async function resolve(select: Selection, nameable: Nameable, root: string): Promise<string[]> {
  if (select.names.length === 0 && select.except.length === 0) return [];
  // A replica that was scaled away has left its logs behind.
  const lasting: Nameable = {
    ...nameable,
    services: nameable.services.map((s) => ({ ...s, scale: Number.MAX_SAFE_INTEGER })),
  };
  const resolved = resolveSelection(
    select,
    lasting,
    nameable.services.map((s) => s.name),
  );
  if (!resolved.ok) throw await abortOf(resolved.error, root, false);
  const units = [...resolved.selected.services, ...resolved.selected.replicas.map((r) => `${r.service}#${r.index}`)];
  if (units.length === 0) throw new Abort(exitCodes.usage, "there is nothing left to show: every service is left out");
  return units;
}

function widest(ids: readonly string[], units: readonly string[]): number {
  const shown =
    units.length === 0 ? ids : ids.filter((id) => units.includes(id) || units.includes(parseUnitId(id).name));
  return Math.max(0, ...shown.map((id) => id.length));
}
