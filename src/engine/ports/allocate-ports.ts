import type { PortSource, PortSpec } from "../../model/service.ts";

/** Where `auto` ports are looked for: outside the ephemeral range, so that no outgoing connection takes one by chance. */
export interface PortRange {
  from: number;
  /** Exclusive. */
  to: number;
}

/**
 * The ports of one replica, by name. Pure. Replica 1 has a fixed port, the others free ones or the range's. What it had
 * before is kept where that is still free. `seed` names fleet and unit, so that two checkouts look in different places.
 */
export function allocatePorts(
  specs: readonly PortSpec[],
  index: number,
  previous: Readonly<Record<string, number>>,
  isTaken: (port: number) => boolean,
  range: PortRange,
  seed: string,
): Record<string, number> {
  const ports: Record<string, number> = {};
  const mine = new Set<number>();
  for (const { name, source } of specs) {
    const given = givenPort(source, index);
    const before = previous[name];
    const port =
      given ??
      (before !== undefined && !isTaken(before) && !mine.has(before)
        ? before
        : search(`${seed}/${name}`, range, (candidate) => !isTaken(candidate) && !mine.has(candidate)));
    ports[name] = port;
    mine.add(port);
  }
  return ports;
}

/** The number that the config gives replica `index`, or null where one is to be found. */
export function givenPort(source: PortSource, index: number): number | null {
  switch (source.kind) {
    case "fixed":
      return index === 1 ? source.port : null;
    case "range":
      return source.from + index - 1 <= source.to ? source.from + index - 1 : null;
    case "auto":
      return null;
  }
}

/** The first free port from a place that the seed decides. Where all are taken, that place: the start then names the holder. */
function search(seed: string, range: PortRange, isFree: (port: number) => boolean): number {
  const size = range.to - range.from;
  const first = hash(seed) % size;
  for (let step = 0; step < size; step++) {
    const port = range.from + ((first + step) % size);
    if (isFree(port)) return port;
  }
  return range.from + first;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
}
