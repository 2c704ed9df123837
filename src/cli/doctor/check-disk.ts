import { statfs } from "node:fs/promises";
import type { FleetSpec } from "../../model/fleet.ts";
import { byteSize } from "../../ui/text/amount.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Room on the file system of one folder. */
export interface Room {
  /** As a person would say it. */
  place: string;
  freeBytes: number;
}

const tooLittle = 200_000_000;
const little = 2_000_000_000;

/** Whether there is room for logs, binaries, images and data. Pure. */
export function judgeDisk(rooms: readonly Room[]): Finding {
  const least = rooms.toSorted((a, b) => a.freeBytes - b.freeBytes)[0];
  if (least === undefined) return warning("it could not be told how much room there is", null);
  const text = `${byteSize(least.freeBytes)} free ${least.place}`;
  const advice = least.place.includes("Docker")
    ? "make room: docker system df, then docker image prune"
    : "make room: orchestra clean";
  if (least.freeBytes < tooLittle) return problem(text, advice);
  if (least.freeBytes < little) return warning(text, advice);
  return fine(rooms.map(({ place, freeBytes }) => `${byteSize(freeBytes)} free ${place}`).join(", "));
}

/** Looks how much room there is where the fleet writes, and where Docker does, as far as that is known. */
export async function checkDisk({ root }: Pick<FleetSpec, "root">, usesDocker: boolean): Promise<Finding> {
  const rooms = [
    await roomIn(root, "in the fleet's folder"),
    usesDocker ? await roomIn("/var/lib/docker", "for Docker") : null,
  ];
  return judgeDisk(rooms.filter((room) => room !== null));
}

async function roomIn(folder: string, place: string): Promise<Room | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return { place, freeBytes: bavail * bsize };
  } catch {
    return null;
  }
}
