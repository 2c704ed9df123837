import type { ContainerFacts } from "../../../model/container.ts";
import type { InspectedContainer, InspectedContainerPort, InspectedMount } from "../../../model/inspection.ts";
import type { ReplicaSnapshot } from "../../../model/replica.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { pullOf, pullText } from "../../state/pull-status.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { layerRows } from "../container-card/layer-rows.ts";
import { aligned } from "./aligned.ts";

const margin: Span = { text: "   " };
const labelWidth = 12;
/** As Docker writes ids in short. */
const shortId = 12;
const mostOutputRows = 4;

/** What a unit's container is, what it is a container of, its health and what it has mounted. Empty for what runs as processes. */
export function containerRows(
  { vendor }: ServiceSnapshot,
  replica: ReplicaSnapshot,
  inspected: InspectedContainer | null,
  width: number,
  theme: Theme,
): Span[][] {
  const { role } = theme;
  const facts = replica.container ?? null;
  const traits = [
    ...(vendor?.isOptional === true ? ["optional: what needs it goes on without it"] : []),
    ...(vendor?.isKept === true ? ["kept: down leaves it running"] : []),
  ].map((text): Span[] => [margin, { text, style: role.muted }]);
  if (facts === null) return traits;
  const line = (label: string, ...spans: Span[]): Span[] => [
    margin,
    { text: label.padEnd(labelWidth), style: role.muted },
    ...spans,
  ];
  return [
    line(
      "name",
      { text: cleanText(facts.name), style: role.strong },
      facts.id === null
        ? { text: "  not made yet", style: role.muted }
        : { text: `  ${facts.id.slice(0, shortId)}`, style: role.muted },
    ),
    line("image", ...imageSpans(facts, theme)),
    ...(facts.isImageMoved
      ? [line("", { text: "its tag names another image by now: this one is the older one", style: role.warn })]
      : []),
    ...pullRows(replica, line, width, theme),
    ...healthRows(facts, inspected?.healthOutput ?? "", line, width, theme),
    ...(inspected === null || inspected.aliases.length === 0
      ? []
      : [
          line(
            "reached as",
            { text: cleanText(inspected.aliases.join(", ")) },
            { text: "  from other containers", style: role.muted },
          ),
        ]),
    ...mountRows(inspected?.mounts ?? [], line, theme),
    ...traits,
  ];
}

type LineOf = (label: string, ...spans: Span[]) => Span[];

function imageSpans({ image, imageId, isImageMoved }: ContainerFacts, { role, glyphs }: Theme): Span[] {
  const id = imageId === null ? "" : `  ${imageId.replace(/^sha256:/, "").slice(0, shortId)}`;
  return [
    { text: cleanText(image) },
    { text: isImageMoved ? ` ${glyphs.moved}` : "", style: role.warn },
    { text: id, style: role.muted },
  ];
}

function pullRows(replica: ReplicaSnapshot, line: LineOf, width: number, theme: Theme): Span[][] {
  const pull = pullOf(replica);
  if (pull === null) return [];
  const far = [
    pullText(pull),
    pull.layers === 0 ? "the registry is asked" : `${pull.done} of ${counted(pull.layers, "layer")}`,
  ].filter((part) => part !== "");
  return [
    line("pull", { text: far.join(", "), style: theme.role.busy }),
    ...layerRows(replica.container?.pull ?? [], width, theme).map((row) => [
      margin,
      { text: " ".repeat(labelWidth) },
      ...row,
    ]),
  ];
}

function healthRows(
  { health }: ContainerFacts,
  output: string,
  line: LineOf,
  width: number,
  { role }: Theme,
): Span[][] {
  if (health === "none") return [];
  const styles: Record<typeof health, Style> = { starting: role.busy, healthy: role.good, unhealthy: role.warn };
  const said =
    output.trim() === "" ? [] : wrapLine(cleanText(output), Math.max(20, width - labelWidth - 6), mostOutputRows);
  return [
    line("health", { text: health, style: styles[health] }),
    ...said.map((text) => line("", { text, style: role.muted })),
  ];
}

function mountRows(mounts: readonly InspectedMount[], line: LineOf, { role }: Theme): Span[][] {
  return mounts.map(({ kind, source, target, isReadOnly }, index) =>
    line(
      index === 0 ? "mounts" : "",
      { text: cleanText(target) },
      { text: `  ${kind}${source === "" ? "" : ` ${cleanText(source)}`}`, style: role.muted },
      { text: isReadOnly ? "  read only" : "", style: role.muted },
    ),
  );
}

/** The ports of a container, and where on this machine they can be reached; by number only while the engine has not told more. */
export function publishedRows(
  { ports }: ReplicaSnapshot,
  inspected: readonly InspectedContainerPort[],
  { role, glyphs }: Theme,
): Span[][] {
  const cells =
    inspected.length === 0
      ? Object.entries(ports).map(([name, port]): Span[] => [
          { text: String(port), style: role.key },
          { text: "on this machine", style: role.muted },
          { text: cleanText(name) },
        ])
      : inspected.map(({ port, protocol, published }): Span[] => [
          published === null
            ? { text: "not published", style: role.muted }
            : { text: `${published.ip}:${published.port}`, style: role.key },
          { text: "is", style: role.muted },
          { text: `${port}/${protocol}` },
          { text: "inside", style: role.muted },
        ]);
  return aligned(cells, [24, 16, 12], glyphs.ellipsis).map((row) => [margin, ...row]);
}
