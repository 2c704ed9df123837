import { readFileSync } from "node:fs";

const listening = "0A";

/**
 * True where a program in a container listens on this port, and on the container's own localhost alone, where nobody from
 * outside gets to it. `pid`: of any process inside. False where this machine does not show it: the engine is elsewhere.
 */
export function listensOnLocalhostOnly(pid: number, port: number): boolean {
  const addresses = ["tcp", "tcp6"].flatMap((table) => listenersOn(readTable(pid, table), port));
  return addresses.length > 0 && addresses.every(isLoopback);
}

function readTable(pid: number, table: string): string {
  try {
    return readFileSync(`/proc/${pid}/net/${table}`, "latin1");
  } catch {
    return "";
  }
}

/** Local addresses, in the hex of /proc/net/tcp, of what listens on the port. Pure. */
export function listenersOn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    return state === listening && local.endsWith(suffix) ? [local.slice(0, -suffix.length)] : [];
  });
}

/** 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104; each group of four bytes is in the machine's order. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith("7F");
  return address === "00000000000000000000000001000000" || /^0{16}FFFF0000[\dA-F]{6}7F$/.test(address);
}
