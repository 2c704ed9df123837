import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";

/** What an engine has of the machine's network for itself. All follows from its number. */
export interface EngineNetwork {
  /** The bridge of containers that ask for no network; also the name of the engine's control group. */
  link: string;
  /** From which the engine takes the subnets of its networks. */
  pools: string[];
}

const linkName = /^orchtest-(\d+)$/;
const count = 256;

/** The twenty bits of 10.192.0.0/12 are enough for as many engines, each with a /20. */
const base = 0x0ac00000;

/** Marks a stretch of private addresses as that of the engine in `folder`; nobody else on this machine has it then. */
export function claimEngineNetwork(folder: string): EngineNetwork {
  const first = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step += 1) {
    const number = (first + step) % count;
    const link = `orchtest-${number}`;
    // Making a link is what decides between two who want the same number.
    if (spawnSync("ip", ["link", "add", link, "type", "bridge"], { stdio: "ignore" }).status !== 0) continue;
    ip("link", "set", link, "alias", folder);
    if (isInUse(number)) {
      ip("link", "delete", link);
      continue;
    }
    ip("address", "add", `${address(number, 1)}/24`, "dev", link);
    ip("link", "set", link, "up");
    // Other engines of this machine let nothing pass that they do not know of, not even from port to port of one bridge.
    firewall("-I", number);
    return { link, pools: [`${address(number, 4 << 8)}/22`, `${address(number, 8 << 8)}/21`] };
  }
  throw new Error("no free stretch of addresses for a docker engine");
}

/** The links of all engines whose folders are inside of `folder`, or are `folder`, with these folders. */
export function engineLinksOf(folder: string): { link: string; folder: string }[] {
  return links().flatMap(({ ifname, ifalias }) =>
    linkName.test(ifname) && ifalias !== undefined && (ifalias === folder || ifalias.startsWith(`${folder}/`))
      ? [{ link: ifname, folder: ifalias }]
      : [],
  );
}

/** Removes all that an engine, which has ended, had of the network; its number is free for others then. */
export function releaseEngineNetwork(link: string): void {
  const number = Number(linkName.exec(link)?.[1]);
  firewall("-D", number);
  for (const { ifname, addr_info } of addresses()) {
    const isOfIt = addr_info.some(({ local }) => isWithin(number, local));
    if (isOfIt && ifname !== link) spawnSync("ip", ["link", "delete", ifname], { stdio: "ignore" });
  }
  // Last, since the number is free for others from here on.
  spawnSync("ip", ["link", "delete", link], { stdio: "ignore" });
}

function firewall(action: "-I" | "-D", number: number): void {
  const stretch = `${address(number, 0)}/20`;
  // A machine without iptables has no such rules in the way.
  spawnSync("iptables", ["-w", action, "FORWARD", "-s", stretch, "-d", stretch, "-j", "ACCEPT"], { stdio: "ignore" });
}

interface Link {
  ifname: string;
  ifalias?: string;
}

function links(): Link[] {
  // Where there is no such tool, there are no engines either.
  const { status, stdout } = spawnSync("ip", ["-json", "link", "show", "type", "bridge"], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout || "[]") as Link[]) : [];
}

function addresses(): { ifname: string; addr_info: { local?: string }[] }[] {
  return JSON.parse(ip("-json", "-4", "address", "show"));
}

function isInUse(number: number): boolean {
  const routes = JSON.parse(ip("-json", "-4", "route", "show")) as { dst: string }[];
  const starts = routes.map(({ dst }) => dst.split("/")[0]);
  return starts.some((start) => isWithin(number, start));
}

function isWithin(number: number, dotted: string | undefined): boolean {
  const bytes = (dotted ?? "").split(".").map(Number);
  if (bytes.length !== 4) return false;
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return value >= base + number * 4096 && value < base + (number + 1) * 4096;
}

function address(number: number, offset: number): string {
  const value = base + number * 4096 + offset;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
}

/** False while one of them is there, since processes that were killed are still in it. */
export function removeControlGroups(link: string): boolean {
  const root = "/sys/fs/cgroup";
  // Either one hierarchy, or one for each controller.
  const folders = ["", ...foldersIn(root)].map((hierarchy) => join(root, hierarchy, link));
  for (const folder of folders) removeFolders(folder);
  return !folders.some((folder) => existsSync(folder));
}

function removeFolders(folder: string): void {
  for (const name of foldersIn(folder)) removeFolders(join(folder, name));
  try {
    rmdirSync(folder);
  } catch {
    // It never was there, or is in use.
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8" });
}
