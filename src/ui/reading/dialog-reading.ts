import type { Frame } from "../frame.ts";
import { helpLines } from "../panes/help/help-lines.ts";
import { quitExplanation } from "../panes/quit/quit-explanation.ts";
import { confirmTitle } from "../panes/services/confirm-lines.ts";
import { detailsName } from "../state/details.ts";
import { confirmChoices } from "../state/grid-verb.ts";
import { paletteItems } from "../state/palette.ts";
import { quitChoiceLabels } from "../state/quit-choice.ts";
import { runningUnits, unitsToStop } from "../state/running-units.ts";
import { counted } from "../text/amount.ts";
import { cleanText } from "../text/clean-text.ts";
import { linesAround } from "./fit-reading.ts";
import { progressWords } from "./read-service.ts";
import { readableRows } from "./readable.ts";
import { strayConfirmReading, straysReading } from "./strays-reading.ts";

/** What has the keys instead of the panes, as lines to be read aloud; null where that is none. */
export function dialogReading(frame: Frame): { title: string; lines: string[] } | null {
  const { fleet, keys, layout, theme, ui } = frame;
  const { dialog } = ui;
  const fleetName = cleanText(fleet.snapshot?.name ?? "");
  const units = fleet.snapshot === null ? [] : runningUnits(fleet.snapshot);
  switch (dialog.kind) {
    case "none":
      return null;
    case "help":
      return { title: "Keys", lines: readableRows(helpLines(keys, theme).slice(dialog.top)) };
    case "details": {
      const { rows = [] } = frame.details ?? {};
      const top = Math.min(dialog.top, frame.details?.lastTop ?? 0);
      return { title: `Details of ${detailsName(dialog, fleet.snapshot)}`, lines: readableRows(rows.slice(top)) };
    }
    case "palette": {
      const items = paletteItems(dialog, keys, ui.selected !== null).map(
        ({ name, keys: own }, index) =>
          `${index === dialog.selected ? "Selected: " : ""}${name}${own[0] === undefined ? "" : `, key ${own[0]}`}`,
      );
      const typed = dialog.line.text === "" ? "type to narrow them" : `typed ${dialog.line.text}`;
      return {
        title: `Commands: ${typed}`,
        lines:
          items.length === 0
            ? ["no command of that name"]
            : linesAround(items, dialog.selected, layout.columns, Math.max(1, layout.rows - 4)),
      };
    }
    case "quit":
      return {
        title: `Quit ${fleetName}? ${units.length === 1 ? "1 unit runs." : `${units.length} units run.`}`,
        lines: dialog.choices.map(
          (choice, index) =>
            `${index === dialog.selected ? "Selected: " : ""}${quitChoiceLabels[choice]}. ${quitExplanation(choice, fleet.snapshot)}`,
        ),
      };
    case "strays":
      return frame.strays === null ? null : straysReading(frame.strays, frame);
    case "confirm":
      if (dialog.verb === "stop-stray") return strayConfirmReading(dialog);
      return {
        title: confirmTitle(dialog),
        lines: [
          dialog.names.map(cleanText).join(", "),
          ...confirmChoices.map((choice, index) => `${index === dialog.selected ? "Selected: " : ""}${choice}`),
        ],
      };
    case "stopping": {
      const left = fleet.snapshot === null ? [] : unitsToStop(fleet.snapshot);
      return {
        title: left.length === 0 ? "Stopped" : `Stopping: ${counted(left.length, "unit")} left`,
        lines: [
          ...left.map(({ id, state, since }) =>
            [`${id}: ${state.phase}`, ...progressWords({ state, since })].join(", "),
          ),
          dialog.isKilled ? "Killed: waiting until all of them are gone" : "",
        ].filter((line) => line !== ""),
      };
    }
  }
}
