import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { isUnhealthy } from "./is-unhealthy.ts";
import { pullOf } from "./pull-status.ts";
import { serviceStatus } from "./service-status.ts";

/**
 * The services that match what was typed, in their order. Every word must match: a part of the name, the beginning of the state (`ready`,
 * `building`), or after `@` a part of a profile. Where no service matches a word so, its letters may lie apart in the name.
 */
export function matchingServices(services: readonly ServiceSnapshot[], query: string): readonly ServiceSnapshot[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .reduce<readonly ServiceSnapshot[]>((left, word) => {
      const exact = left.filter((service) => matches(service, word));
      return exact.length > 0 ? exact : left.filter((s) => isSubsequence(word, s.name.toLowerCase()));
    }, services);
}

function matches(service: ServiceSnapshot, word: string): boolean {
  if (word.startsWith("@")) return service.profiles.some((p) => p.toLowerCase().includes(word.slice(1)));
  if (service.name.toLowerCase().includes(word)) return true;
  const { status } = service.build;
  const isBuildShown = status !== "none" && status !== "ok";
  const { replicas } = service;
  const words = [
    serviceStatus(service).word,
    ...(isBuildShown ? [status] : []),
    ...(replicas.some((r) => pullOf(r) !== null) ? ["pulling"] : []),
    ...(replicas.some(isUnhealthy) ? ["unhealthy"] : []),
  ];
  return words.some((shown) => shown.startsWith(word));
}

function isSubsequence(word: string, text: string): boolean {
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}
