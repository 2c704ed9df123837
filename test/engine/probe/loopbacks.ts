import { networkInterfaces } from "node:os";

const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));

/** The loopback addresses that this machine has. */
export const loopbacks = ["127.0.0.1", "::1"].filter((address) => addresses.includes(address));
