import { describeStray, strayTitle } from "../../../model/stray.ts";
import type { StrayConfirm } from "../../state/strays-view.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Theme } from "../../theme/theme.ts";

/** What stands in the place of an empty list. */
export function noStraysText(isLooking: boolean, { glyphs }: Theme): string {
  return isLooking
    ? `looking${glyphs.ellipsis}`
    : "No strays: nothing of this fleet runs that its daemon did not start.";
}

/** `Stop pid 4711 of orders?` */
export function strayConfirmTitle({ stray }: StrayConfirm): string {
  return `Stop ${cleanText(strayTitle(stray))} of ${cleanText(stray.service)}?`;
}

/** What there is to know before it is stopped. */
export function strayConfirmTexts({ stray: { command, container, parent, pids, tracer } }: StrayConfirm): string[] {
  if (container !== null) return [cleanText(container.image), cleanText(command), "its data are kept"];
  const others = pids.length - 1;
  return [
    cleanText(command),
    parent === null ? "whoever started it is gone" : `started by ${cleanText(describeStray(parent))}`,
    ...(others > 0 ? [`and ${others} ${others === 1 ? "process" : "processes"} that it started`] : []),
    ...(tracer === null ? [] : [`it runs under ${cleanText(describeStray(tracer))}`]),
  ];
}
