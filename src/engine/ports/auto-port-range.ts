import { readFileSync } from "node:fs";
import type { PortRange } from "./allocate-ports.ts";

const lowest = 15_000;
/** Linux's default lower end of the ephemeral range; other systems start higher. */
const usualEphemeralStart = 32_768;

/** The range for `auto` ports on this machine: from 15,000 up to where the ephemeral ports begin. */
export function autoPortRange(): PortRange {
  let ephemeralStart = usualEphemeralStart;
  try {
    ephemeralStart = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/)[0]);
  } catch {
    // Not Linux, or hidden: the usual value is right nearly everywhere.
  }
  // A machine that starts its ephemeral ports low leaves no room below: then above Linux's usual end.
  return ephemeralStart > lowest + 1_000 ? { from: lowest, to: ephemeralStart } : { from: 61_000, to: 65_536 };
}
