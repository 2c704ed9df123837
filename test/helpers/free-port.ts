import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const handedOut = new Set<number>();

/**
 * A TCP port that nobody listens on, below the range from which the system picks ports for outgoing connections.
 * Never the same one twice in a test file; test files that run side by side draw from different stretches.
 */
export async function freePort(): Promise<number> {
  const top = Math.min(firstEphemeralPort(), 32_768);
  const worker = Number(process.env.VITEST_POOL_ID ?? 1) % 8;
  const stretch = Math.floor((top - 12_000) / 8);
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const port = 12_000 + worker * stretch + Math.floor(Math.random() * stretch);
    if (handedOut.has(port) || !(await canListen(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error("no free port found in a thousand attempts");
}

function firstEphemeralPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
