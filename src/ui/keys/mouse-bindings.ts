import type { Frame } from "../frame.ts";
import type { MouseEvent } from "../terminal/mouse.ts";
import { panelEdges } from "../widgets/panel/Panel.tsx";
import { firstVisibleRow } from "../widgets/table/visible-rows.ts";
import type { BindingId } from "./bindings.ts";

const wheelRows = 3;
const headerRow = 1;
const titleRow = 1;

/** What a click or a turn of the wheel stands for on the picture that is shown: a click selects, the wheel scrolls. */
export function mouseBindings(frame: Frame, { kind, column, row }: MouseEvent): BindingId[] {
  const { ui, layout } = frame;
  const isUp = kind === "wheel-up";
  switch (ui.dialog.kind) {
    case "none":
      break;
    case "details":
      return kind === "click" ? [] : repeated(isUp ? "details-up" : "details-down", wheelRows);
    case "strays":
      return kind === "click" ? [] : [isUp ? "strays-up" : "strays-down"];
    case "help":
      return kind === "click" ? [] : [isUp ? "help-up" : "help-down"];
    default:
      return [];
  }
  if (layout.isTooSmall || ui.prompt !== null || ui.selected === null) return [];
  const top = headerRow + layout.banner;
  const { width, height } = layout.services;
  const isInServices = row >= top && row < top + height && column < width;
  const isInLogs = row >= layout.rows - 1 - layout.logs && row < layout.rows - 1;
  if (kind !== "click") {
    if (isInServices) return [isUp ? "select-up" : "select-down"];
    return isInLogs ? repeated(isUp ? "line-up" : "line-down", wheelRows) : [];
  }
  const focused: BindingId[] = (ui.focus === "services" ? isInLogs : isInServices) ? ["next-pane"] : [];
  return isInServices ? [...focused, ...selectRow(frame, row - top - 1 - titleRow)] : focused;
}

function selectRow({ grid, layout }: Frame, line: number): BindingId[] {
  const room = layout.services.height - panelEdges - titleRow;
  const index = firstVisibleRow(grid.rows.length, grid.selected, room) + line;
  if (line < 0 || line >= room || index >= grid.rows.length) return [];
  const steps = index - grid.selected;
  return repeated(steps < 0 ? "select-up" : "select-down", Math.abs(steps));
}

function repeated(id: BindingId, times: number): BindingId[] {
  return Array.from({ length: times }, () => id);
}
