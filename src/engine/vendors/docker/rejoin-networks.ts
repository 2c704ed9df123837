import type { EngineClient } from "./engine-client.ts";
import type { Refusal } from "./refusal.ts";

/** True where a container could not be started because its network was removed, though another may have its name by now. */
export function hasLostNetwork({ status, words }: Refusal): boolean {
  return status === 404 && /\bnetwork [0-9a-f]{64} not found/.test(words);
}

/**
 * Lets a stopped container leave the networks that it was made for, which it knows by their ids, and join those that have
 * their names now, under the names it had. Says nothing of what fails: starting it will.
 */
export async function rejoinNetworks(client: EngineClient, container: string): Promise<void> {
  const answer = await client.ask((api, abortSignal) => api.getContainer(container).inspect({ abortSignal }));
  if (answer.kind !== "answered") return;
  const { Id, NetworkSettings } = answer.value;
  for (const [name, { Aliases }] of Object.entries(NetworkSettings.Networks)) {
    const aliases = (Aliases ?? []).filter((alias: string) => !Id.startsWith(alias));
    await client.ask((api) => api.getNetwork(name).disconnect({ Container: Id, Force: true }));
    await client.ask((api) => api.getNetwork(name).connect({ Container: Id, EndpointConfig: { Aliases: aliases } }));
  }
}
