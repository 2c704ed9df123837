import type { Failure } from "../../../model/failure.ts";
import type { ReplicaSnapshot } from "../../../model/replica.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { pullOf, pullText } from "../../state/pull-status.ts";
import { serviceStatus } from "../../state/service-status.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { wrapWords } from "../../text/wrap-words.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import type { Card } from "../build-card/build-card.ts";
import { layerRows } from "./layer-rows.ts";

/**
 * What the engine for containers has to say about the selected unit, in full: how far its image is, or why there is no container. Null where
 * that is nothing. `width`: of the text.
 */
export function containerCard(service: ServiceSnapshot | null, width: number, theme: Theme): Card | null {
  if (service === null) return null;
  const { replica } = serviceStatus(service);
  if (replica === null) return null;
  return pullCard(service, replica, width, theme) ?? troubleCard(service, replica, width, theme);
}

function pullCard({ name }: ServiceSnapshot, replica: ReplicaSnapshot, width: number, theme: Theme): Card | null {
  const pull = pullOf(replica);
  const layers = replica.container?.pull ?? [];
  if (pull === null || layers.length === 0) return null;
  const active = layers.findIndex(({ phase }) => phase !== "done");
  const percent = pull.percent === null ? [] : [`${pull.percent}%`];
  const far = [...percent, pullText(pull), `${pull.done} of ${counted(pull.layers, "layer")}`];
  return {
    service: name,
    title: cleanText(`${name}: pulls ${replica.container?.image ?? "its image"}`),
    note: far.filter((part) => part !== "").join(` ${theme.glyphs.dot} `),
    rows: layerRows(layers, width, theme),
    first: Math.max(0, active),
    isOfBuild: false,
  };
}

function troubleCard(service: ServiceSnapshot, replica: ReplicaSnapshot, width: number, theme: Theme): Card | null {
  const trouble = troubleOf(service, replica);
  if (trouble === null) return null;
  const { role, glyphs } = theme;
  const { title, message } = trouble;
  const isOptional = service.vendor?.isOptional === true;
  const hints = [
    ...trouble.hints,
    ...(isOptional ? [`${service.name} is optional: what needs it goes on without it`] : []),
  ];
  const rows = [
    ...wrapWords(cleanText(message), width).map((text): Span[] => [{ text, style: role.bad }]),
    ...hints.flatMap((text) =>
      wrapWords(cleanText(text), width - 2).map((row, index): Span[] => [
        { text: index === 0 ? `${glyphs.note} ` : "  ", style: role.good },
        { text: row, style: role.good },
      ]),
    ),
  ];
  return {
    service: service.name,
    title: cleanText(`${service.name}: ${title}`),
    note: "",
    rows,
    first: 0,
    isOfBuild: false,
  };
}

interface Trouble {
  title: string;
  message: string;
  hints: string[];
}

/** Of the state that it is in; what is over and mended is told of elsewhere. */
function troubleOf({ vendor }: ServiceSnapshot, { state }: ReplicaSnapshot): Trouble | null {
  if (state.phase === "waiting") {
    const docker = state.blockers.find((blocker) => blocker.kind === "docker");
    if (docker === undefined) return null;
    return {
      title: "waits for Docker",
      message: docker.detail,
      hints: [
        ...(docker.hint === undefined ? [] : [docker.hint]),
        "it goes on by itself once Docker answers; orchestra doctor says what is missing",
      ],
    };
  }
  if (!("failure" in state)) return null;
  const failure = state.failure.kind === "gave-up" ? state.failure.last : state.failure;
  // Of a service, the line above the log says it.
  const title = titleOf(failure) ?? (vendor !== undefined && state.phase === "failed" ? "has failed" : null);
  const { message, hint } = failure;
  return title === null ? null : { title, message, hints: hint === undefined ? [] : [hint] };
}

function titleOf(failure: Failure): string | null {
  switch (failure.kind) {
    case "docker-unreachable":
      return failure.reason === "denied" ? "Docker does not let us in" : "Docker cannot be reached";
    case "image-unavailable":
      return imageTitles[failure.reason];
    case "container-refused":
      return "Docker refused its container";
    case "container-removed":
      return "somebody removed its container";
    case "out-of-memory":
      return "out of memory";
    default:
      return null;
  }
}

const imageTitles: Record<(Failure & { kind: "image-unavailable" })["reason"], string> = {
  "no-registry": "the registry of its image cannot be reached",
  "no-such-tag": "there is no such image",
  denied: "its image may not be pulled",
  "not-pulled": "its image is not on this machine",
  "broken-pull": "the pull of its image broke off",
};
