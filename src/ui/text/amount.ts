/** A number as it is read at a glance: `950`, `12.3k`, `4.1M`. */
export function amount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 100_000) return `${(count / 1000).toFixed(1)}k`;
  if (count < 1_000_000) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** Bytes in decimal units: `512 B`, `4.1 MB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** `1 service`, `7 services`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How many bytes of how many, in the unit of the whole: `34/120 MB`, `0.4/3.2 GB`. */
export function bytesOf(bytes: number, total: number): string {
  const units: [string, number][] = [
    ["GB", 1_000_000_000],
    ["MB", 1_000_000],
    ["kB", 1000],
    ["B", 1],
  ];
  const [unit, size] = units.find(([, each]) => total >= each) ?? ["B", 1];
  const number = (value: number) =>
    size > 1 && total / size < 10 ? (value / size).toFixed(1) : String(Math.round(value / size));
  return `${number(bytes)}/${number(total)} ${unit}`;
}
