import { formatDuration } from "../../../lib/format-duration.ts";
import { describeCause } from "../../../model/cause.ts";
import type { ServiceSnapshot, TestCounts } from "../../../model/service-snapshot.ts";
import { keyFor } from "../../keys/key-for.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { followingOf, hasWayBack, isGoneBack } from "../../state/rerun-status.ts";
import { cleanText } from "../../text/clean-text.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { isUnchanged } from "../services/build-texts.ts";

const margin: Span = { text: "   " };
const mostTroubleRows = 4;

/** How a service follows its sources, what the last change came to, and the way back. Empty where there is nothing to follow. */
export function rerunRows(service: ServiceSnapshot, keys: KeyTable, width: number, theme: Theme): Span[][] {
  const { build, rerun } = service;
  const { role, glyphs } = theme;
  const following = followingOf(service);
  if (rerun === undefined || following === null) return [];
  const rows: Span[][] = [[margin, ...followingSpans(service, keys, theme)]];
  if (rerun.isOn && rerun.trouble !== null) {
    const texts = wrapLine(cleanText(rerun.trouble), Math.max(20, width - 6), mostTroubleRows);
    rows.push(...texts.map((text): Span[] => [margin, { text: `  ${text}`, style: role.warn }]));
  }
  if (build.cause !== undefined) {
    const what = isUnchanged(service)
      ? `  ${glyphs.dot} it made the very program that runs: nothing was restarted`
      : "";
    const by = build.cause.kind === "file" ? build.cause.path : describeCause(build.cause);
    rows.push(
      isGoneBack(service)
        ? [margin, { text: "the program before runs, until the next good build", style: role.warn }]
        : [
            margin,
            { text: "last built for ", style: role.muted },
            { text: cleanText(by) },
            { text: what, style: role.good },
          ],
    );
  }
  if (build.tests !== undefined) rows.push([margin, ...testsSpans(build.tests, theme)]);
  if (rerun.canGoBack) {
    const key = keyFor(keys, "go-back");
    const how = key === null ? "" : `  ${key} goes back to it`;
    rows.push([
      margin,
      { text: "the program that ran before is kept", style: hasWayBack(service) ? role.warn : role.muted },
      { text: how, style: role.key },
    ]);
  }
  return rows;
}

function followingSpans(service: ServiceSnapshot, keys: KeyTable, { role, glyphs }: Theme): Span[] {
  const key = keyFor(keys, "rerun-toggle");
  const turns = (to: string): Span => ({ text: key === null ? "" : `  ${key} turns it ${to}`, style: role.muted });
  const tests = service.rerun?.withTests === true ? ", once its tests pass" : "";
  switch (followingOf(service)) {
    case "off":
      return [{ text: `${glyphs.unfollowed} off`, style: role.warn }, { text: ": changes do nothing" }, turns("on")];
    case "trouble":
      return [{ text: `${glyphs.notFollowed} on, but its sources are not watched:`, style: role.warn }, turns("off")];
    default:
      return [
        { text: `${glyphs.followed} on`, style: role.good },
        { text: `: built and replaced when its sources change${tests}` },
        turns("off"),
      ];
  }
}

function testsSpans({ passed, failed, skipped, ms }: TestCounts, { role, glyphs }: Theme): Span[] {
  const counts = [
    ...(passed === null ? [] : [`${passed} ok`]),
    ...(failed === null || failed === 0 ? [] : [`${failed} failed`]),
    ...(skipped === null || skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  const isBad = failed !== null && failed > 0;
  return [
    { text: "tests ", style: role.muted },
    { text: counts.length === 0 ? "run" : counts.join(` ${glyphs.dot} `), style: isBad ? role.bad : role.good },
    { text: `  in ${formatDuration(ms)}`, style: role.muted },
  ];
}
