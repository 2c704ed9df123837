import { fleetLabel } from "../../../src/engine/vendors/labels.ts";
import type { FleetId } from "../../../src/model/ids.ts";
import { DockerApi } from "./docker-api.ts";
import { pingsBack } from "./pings-back.ts";

/** Removes all that a fleet has on an engine, its data too. Does nothing where the engine is gone. */
export async function removeFleet(host: string, fleet: FleetId): Promise<void> {
  const socket = host.replace(/^unix:\/\//, "");
  if (!(await pingsBack(socket))) return;
  const api = new DockerApi(socket);
  const filters = `filters=${encodeURIComponent(JSON.stringify({ label: [`${fleetLabel}=${fleet}`] }))}`;
  for (const { Id } of await api.ask<{ Id: string }[]>("GET", `/containers/json?all=true&${filters}`)) {
    await api.ask("DELETE", `/containers/${Id}?force=true&v=true`);
  }
  const { Volumes } = await api.ask<{ Volumes: { Name: string }[] | null }>("GET", `/volumes?${filters}`);
  for (const { Name } of Volumes ?? []) await api.ask("DELETE", `/volumes/${Name}?force=true`);
  for (const { Id } of await api.ask<{ Id: string }[]>("GET", `/networks?${filters}`)) {
    await api.ask("DELETE", `/networks/${Id}`);
  }
}
