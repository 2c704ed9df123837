import type { LookupFunction } from "node:net";

const loopbacks = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/**
 * Where a probe connects to. `localhost` means both loopback addresses, without asking a name server: programs listen
 * on either.
 */
export function connectOptions(host: string, port: number): { host: string; port: number; lookup?: LookupFunction } {
  return host === "localhost" ? { host, port, lookup: lookupLoopbacks } : { host, port };
}

const lookupLoopbacks: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) process.nextTick(callback, null, loopbacks);
  else process.nextTick(callback, null, "127.0.0.1", 4);
};
