/** What makes a unit without a probe of its own ready, as a person would say it. */
export function describeImpliedProbe(ports: readonly number[]): string {
  if (ports.length === 0) return "alive for 1s";
  return ports.length === 1 ? `port ${ports[0]} listened on` : `ports ${ports.join(", ")} listened on`;
}
