import type { Phase } from "../../../model/replica.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { isUnhealthy } from "../../state/is-unhealthy.ts";
import { followingOf } from "../../state/rerun-status.ts";
import { type ServiceStatus, serviceStatus } from "../../state/service-status.ts";
import type { ServiceUsage, ServiceUsages } from "../../store/usage-store.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed } from "../../text/elapsed.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { isUnchanged } from "./build-texts.ts";
import type { GridColumnId } from "./grid-columns.ts";
import { isBuildShown, lastText, portText, stateText } from "./service-texts.ts";
import { sparkline } from "./sparkline.ts";
import { cpuText, memoryText } from "./usage-text.ts";

/** How a column is written. Its room is in `gridColumnSizes`. */
interface ServiceColumn {
  title: string;
  align: "left" | "right";
  cell(service: ServiceSnapshot): Span;
}

const historySeconds = 60;

/** What stands in each column of the grid; `sparkWidth` is the room of the picture of the last minute. */
export function serviceColumns(
  theme: Theme,
  now: number,
  usage: ServiceUsages,
  sparkWidth: number,
): Record<GridColumnId, ServiceColumn> {
  const { role, phase, build, glyphs } = theme;
  const number = (text: string | null, style: Style): Span =>
    text === null ? { text: glyphs.none, style: role.muted } : { text, style };
  const figure = (service: ServiceSnapshot, text: (usage: ServiceUsage) => string | null): Span => {
    const known = usage.get(service.name);
    return number(known === undefined ? null : text(known), quiet(serviceStatus(service), theme));
  };
  return {
    glyph: {
      title: "",
      align: "left",
      cell: (service) => ({ text: glyphs.phase[shownPhase(service)], style: phase[shownPhase(service)] }),
    },
    name: {
      title: "NAME",
      align: "left",
      cell: (service) => ({ text: cleanText(service.name), style: quiet(serviceStatus(service), theme) }),
    },
    state: {
      title: "STATE",
      align: "left",
      cell: (service) => ({
        text: stateText(service, now),
        style: isBuildShown(service) ? build[service.build.status] : phase[shownPhase(service)],
      }),
    },
    scale: {
      title: "SCALE",
      align: "right",
      cell: (service) => {
        const status = serviceStatus(service);
        const { ready, wanted } = status;
        // There is one of each vendor.
        if (service.vendor !== undefined) return { text: glyphs.none, style: role.muted };
        const style = isOff(status) ? role.muted : ready === wanted ? role.plain : role.warn;
        return { text: `${ready}/${wanted}`, style };
      },
    },
    port: {
      title: "PORT",
      align: "left",
      cell: (service) => ({
        text: portText(service, glyphs.none),
        style: serviceStatus(service).upSince === null ? role.muted : role.plain,
      }),
    },
    up: {
      title: "UP",
      align: "right",
      cell: (service) => {
        const { upSince } = serviceStatus(service);
        return number(upSince === null ? null : elapsed(upSince, now), role.plain);
      },
    },
    cpu: {
      title: "CPU",
      align: "right",
      cell: (service) => figure(service, ({ cpu }) => (cpu === null ? null : cpuText(cpu))),
    },
    memory: {
      title: "MEM",
      align: "right",
      cell: (service) => figure(service, ({ memoryBytes }) => (memoryBytes === null ? null : memoryText(memoryBytes))),
    },
    spark: {
      title: "CPU, last minute",
      align: "right",
      cell: ({ name }) => {
        const known = usage.get(name);
        const text =
          known === undefined ? "" : sparkline(known.cpuHistory, known.sample, sparkWidth, historySeconds, glyphs.bars);
        return { text, style: role.busy };
      },
    },
    restarts: {
      title: glyphs.restarts,
      align: "right",
      cell: (service) => {
        const { restarts } = serviceStatus(service);
        return number(restarts === 0 ? null : String(restarts), role.warn);
      },
    },
    rerun: {
      title: glyphs.followed,
      align: "left",
      cell: (service) => rerunCell(service, theme),
    },
    last: {
      title: "LAST",
      align: "left",
      cell: (service) => ({
        text: lastText(service, now) + movedMark(service, theme),
        style: lastStyle(service, theme),
      }),
    },
  };
}

/** Whether a service follows its sources; a sign each, so that it can be told without colours. */
function rerunCell(service: ServiceSnapshot, { glyphs, role }: Theme): Span {
  switch (followingOf(service)) {
    case "on":
      return { text: glyphs.followed, style: role.muted };
    case "off":
      return { text: glyphs.unfollowed, style: role.muted };
    case "trouble":
      return { text: glyphs.notFollowed, style: role.warn };
    case null:
      return { text: "" };
  }
}

/** What is ready by its probe, and not well by its image's own check, looks like it. */
function shownPhase(service: ServiceSnapshot): Phase {
  const { phase } = serviceStatus(service);
  return phase === "ready" && service.replicas.some(isUnhealthy) ? "unready" : phase;
}

function isOff({ phase }: ServiceStatus): boolean {
  return phase === "stopped" || phase === "completed";
}

function quiet(status: ServiceStatus, { role }: Theme): Style {
  return isOff(status) ? role.muted : role.plain;
}

/** Only a vendor has its image there. */
function movedMark({ vendor, replicas }: ServiceSnapshot, { glyphs }: Theme): string {
  const [replica] = replicas;
  const isShown = vendor !== undefined && replica?.state.phase === "ready";
  return isShown && replica.container?.isImageMoved === true ? ` ${glyphs.moved}` : "";
}

function lastStyle(service: ServiceSnapshot, { role }: Theme): Style {
  const { phase } = serviceStatus(service);
  if (service.build.status === "failed" || phase === "failed") return role.bad;
  if (isUnchanged(service)) return role.good;
  if (service.vendor !== undefined && phase === "starting") return role.busy;
  return phase === "backoff" || phase === "unready" ? role.warn : role.muted;
}
