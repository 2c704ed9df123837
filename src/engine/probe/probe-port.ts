/**
 * The number of the port that a probe names: itself where it is a number, else the port of that name, else (null) the
 * first. Null where there is none.
 */
export function probePort(port: string | number | null, ports: Record<string, number>): number | null {
  if (typeof port === "number") return port;
  return (port === null ? Object.values(ports)[0] : ports[port]) ?? null;
}
