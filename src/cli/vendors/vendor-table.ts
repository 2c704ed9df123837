import { formatDuration } from "../../lib/format-duration.ts";
import { byteSize } from "../../ui/text/amount.ts";
import type { Output } from "../output/output.ts";
import { type Paint, paint, phasePaint } from "../output/paint.ts";
import { printableWords } from "../output/printable.ts";
import { formatTable } from "../output/table.ts";
import type { VendorStatus } from "./vendor-status.ts";

const noValue = "–";

/** The vendors as a table, and under it a line for each that needs more words. */
export function formatVendors(
  vendors: readonly VendorStatus[],
  now: number,
  { hasColor }: Pick<Output, "hasColor">,
): string {
  const hasUsage = vendors.some(({ usage }) => usage !== null);
  const header = ["NAME", "STATE", "HEALTH", "IMAGE", "PORTS", "UP", "RESTARTS", ...(hasUsage ? ["CPU", "MEM"] : [])];
  const rows = vendors.map((vendor) => rowOf(vendor, now, hasColor, hasUsage));
  // What is to be done is the same for all that Docker does not serve.
  const remarks = new Set([
    ...vendors.flatMap(remarksOf),
    ...vendors.flatMap(({ hint }) => (hint === null ? [] : [hint])),
  ]);
  const notes = remarks.size === 0 ? "" : `\n${[...remarks].map((remark) => `${remark}\n`).join("")}`;
  return formatTable([header.map((word) => paint(hasColor, "bold", word)), ...rows]) + notes;
}

function rowOf(vendor: VendorStatus, now: number, hasColor: boolean, hasUsage: boolean): string[] {
  const { name, state, health, image, isImageMoved, ports, upSince, restarts, usage } = vendor;
  const cpu = usage?.cpu == null ? noValue : `${Math.round(usage.cpu * 100)}%`;
  return [
    name,
    paint(hasColor, styleOf(vendor), state),
    health === "none" ? noValue : paint(hasColor, health === "unhealthy" ? "red" : "green", health),
    `${printableWords(image)}${isImageMoved ? " (moved)" : ""}`,
    Object.values(ports).join(" ") || noValue,
    upSince === null ? noValue : formatDuration(Math.max(0, now - upSince)),
    restarts === null ? noValue : String(restarts),
    ...(hasUsage ? [cpu, usage === null ? noValue : byteSize(usage.memoryBytes)] : []),
  ];
}

function styleOf({ phase, state }: VendorStatus): Paint {
  if (phase !== null) return phasePaint(phase);
  return state === "running" ? "cyan" : "dim";
}

function remarksOf({ name, remark, isImageMoved, image, upSince }: VendorStatus): string[] {
  const remarks: string[] = [];
  if (remark !== null) remarks.push(`${name} ${remark}`);
  if (isImageMoved && upSince !== null) {
    remarks.push(`${name} runs an older ${printableWords(image)}; to run the new one: orchestra restart ${name}`);
  }
  return remarks;
}
