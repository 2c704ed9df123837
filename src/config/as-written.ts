import type { Path, YamlSource } from "./yaml-source.ts";

/** Environment values as they are written: `1.10` is no number here. */
export function asWritten(
  values: Record<string, string> | undefined,
  source: YamlSource,
  path: Path,
): Record<string, string> {
  const entries = Object.entries(values ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, source.writtenAt([...path, name]) ?? value]));
}
