import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Resident } from "./census.ts";
import type { DescriptorCount } from "./checks/descriptors.ts";
import type { HeldPort } from "./checks/ports.ts";

/** The ports that these processes listen on. */
export function portsHeldBy(residents: readonly Resident[]): HeldPort[] {
  const portOf = new Map<string, number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readOrEmpty(table).split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === "0A" && inode !== undefined) portOf.set(inode, Number.parseInt(local?.split(":")[1] ?? "", 16));
    }
  }
  return residents.flatMap((holder) =>
    descriptorsOf(holder.pid).flatMap((target) => {
      const port = portOf.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
      return port === undefined ? [] : [{ port, holder }];
    }),
  );
}

/** The descriptors of a process, by what they point to. */
export function countDescriptors(pid: number, role: string, alive: number): DescriptorCount {
  const targets = descriptorsOf(pid);
  const kinds: Record<string, number> = {};
  for (const target of targets) {
    const kind = target.replaceAll(/\d+/g, "N").replace(/^.*\/logs\/.*\./, "logs/….");
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return { pid, role, alive, total: targets.length, kinds };
}

function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
