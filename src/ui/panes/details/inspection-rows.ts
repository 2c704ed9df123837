import { formatDuration } from "../../../lib/format-duration.ts";
import type { EngineEvent, StampedEvent } from "../../../model/event.ts";
import type { InspectedPort, InspectedProbe, InspectedProcess, UnitInspection } from "../../../model/inspection.ts";
import { isAlive, type ReplicaSnapshot, shownName } from "../../../model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { lastRunMs } from "../../state/last-run-ms.ts";
import { byteSize, counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, killText, remaining } from "../../text/elapsed.ts";
import { timeOfDay } from "../../text/time-of-day.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { aligned } from "./aligned.ts";
import { eventWords } from "./event-words.ts";

const mostEvents = 12;
const mostCommandRows = 4;
const outputElsewhereText = "it was adopted as it ran, and writes where whoever started it looks";
const margin: Span = { text: "   " };

/** The unit's phase, since when, and what is coming. */
export function stateRow(replica: ReplicaSnapshot, now: number, theme: Theme): Span[] {
  const { state, since, generation, restarts } = replica;
  const { role, glyphs, phase } = theme;
  const next =
    state.phase === "backoff"
      ? `  starts again in ${remaining(state.retryAt, now)}`
      : state.phase === "stopping" && state.killAt !== null
        ? `  ${killText(state.killAt, now)}`
        : "";
  const counts = [
    ...(generation > 0 ? [`start ${generation}`] : []),
    ...(restarts > 0 ? [counted(restarts, "restart")] : []),
    ...("pid" in state && state.pid !== null ? [`pid ${state.pid}`] : []),
  ].join(` ${glyphs.dot} `);
  return [
    { text: ` ${glyphs.phase[state.phase]} `, style: phase[state.phase] },
    { text: cleanText(shownName(replica)), style: role.strong },
    { text: `  ${state.phase}`, style: phase[state.phase] },
    { text: ` for ${elapsed(since, now)}`, style: role.muted },
    { text: next, style: role.warn },
    { text: counts === "" ? "" : `   ${counts}`, style: role.muted },
  ];
}

/** Command line, folder, where the output goes where that is not our log, and build. */
export function runRows(
  { command, dir, build, vendor }: ServiceSnapshot,
  { state, outputElsewhere }: ReplicaSnapshot,
  inspection: UnitInspection | null,
  width: number,
  now: number,
  { role, glyphs }: Theme,
): Span[][] {
  // What a vendor runs is its image's, in a folder of its own.
  const line = vendor !== undefined || inspection?.command == null ? command : inspection.command.map(quoted).join(" ");
  const rows = wrapLine(cleanText(line), Math.max(20, width - 4), mostCommandRows);
  const lastMs = lastRunMs(build);
  const last = lastMs === null ? "" : `  last ${formatDuration(lastMs)}`;
  const lasts = build.status === "building" || build.status === "testing" ? ` for ${elapsed(build.since, now)}` : "";
  return [
    ...rows.map((text): Span[] => [margin, { text, style: role.strong }]),
    ...(vendor === undefined
      ? [[margin, { text: "in ", style: role.muted }, { text: cleanText(inspection?.cwd ?? dir) }]]
      : []),
    ...(outputElsewhere && isAlive(state.phase)
      ? [
          [
            margin,
            { text: "output elsewhere", style: role.warn },
            { text: `  ${outputElsewhereText}`, style: role.muted },
          ],
        ]
      : []),
    ...(build.status === "none"
      ? []
      : [
          [
            margin,
            { text: "build ", style: role.muted },
            { text: buildWord(build), style: build.status === "failed" ? role.bad : role.plain },
            { text: lasts + last, style: role.muted },
            {
              text: inspection?.command === null ? `  ${glyphs.dot} to be built before it can start` : "",
              style: role.muted,
            },
          ],
        ]),
  ];
}

function buildWord({ status, failure }: BuildState): string {
  return failure?.kind === "test-failed" ? "ok, and its tests failed" : status;
}

/** The process tree: the leader first, children moved in. */
export function processRows(processes: readonly InspectedProcess[], now: number, { role, glyphs }: Theme): Span[][] {
  const cells = processes.map(({ pid, depth, command, startedAt, memoryBytes }): Span[] => [
    { text: String(pid), style: role.key },
    { text: elapsed(startedAt, now), style: role.muted },
    { text: byteSize(memoryBytes), style: role.muted },
    { text: `${"  ".repeat(depth)}${cleanText(command)}` },
  ]);
  return aligned(cells, [8, 8, 9], glyphs.ellipsis).map((row) => [margin, ...row]);
}

/** Ports, and who listens on each. */
export function portRows(ports: readonly InspectedPort[], { role, glyphs }: Theme): Span[][] {
  const cells = ports.map(({ name, port, owner }): Span[] => [
    { text: String(port), style: role.key },
    { text: name ?? "not in the config", style: name === null ? role.warn : role.plain },
    owner === null
      ? { text: "nobody listens", style: role.muted }
      : {
          text: `pid ${owner.pid} ${cleanText(owner.command)}${owner.isOwn ? "" : ` (not of this unit)`}`,
          style: owner.isOwn ? role.good : role.bad,
        },
  ]);
  return aligned(cells, [6, 18], glyphs.ellipsis).map((row) => [margin, ...row]);
}

/** Probes with their last answers. */
export function probeRows(probes: readonly InspectedProbe[], now: number, { role, glyphs }: Theme): Span[][] {
  const cells = probes.map(({ role: kind, probe, passing, detail, at }): Span[] => [
    { text: kind === "ready" ? "ready" : "live", style: role.key },
    { text: cleanText(probe) },
    passing === null
      ? { text: "no answer yet", style: role.muted }
      : { text: passing ? "passes" : "fails", style: passing ? role.good : role.bad },
    { text: `${cleanText(detail)}${at === null ? "" : `  ${elapsed(at, now)} ago`}`, style: role.muted },
  ]);
  return aligned(cells, [6, 40, 13], glyphs.ellipsis).map((row) => [margin, ...row]);
}

/** The newest events, newest first. */
export function eventRows(events: readonly StampedEvent[], { role, glyphs }: Theme): Span[][] {
  const told = events.toReversed().flatMap(({ at, event }) => {
    const words = eventWords(event);
    return words === null ? [] : [{ ...words, at, isBad: isFailure(event) }];
  });
  const cells = told
    // A start is an event before and one after the fork: the same to a reader.
    .filter(({ what, why }, index) => what !== told[index - 1]?.what || why !== told[index - 1]?.why)
    .slice(0, mostEvents)
    .map(({ at, what, why, isBad }): Span[] => [
      { text: timeOfDay(at, true), style: role.muted },
      { text: cleanText(what), style: isBad ? role.bad : role.plain },
      { text: cleanText(why), style: role.muted },
    ]);
  return aligned(cells, [8, 30], glyphs.ellipsis).map((row) => [margin, ...row]);
}

function isFailure(event: EngineEvent): boolean {
  if (event.kind === "buildChanged") return event.build.status === "failed";
  return event.kind === "replicaChanged" && "failure" in event.replica.state;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
