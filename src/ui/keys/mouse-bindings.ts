import type { Frame } from "../frame.ts";
import type { MouseEvent } from "../terminal/mouse.ts";
import { panelEdges } from "../widgets/panel/Panel.tsx";
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
  const isInGrid = row >= top && row < top + height && column < width;
  const vendorsTop = layout.vendors.isBeside ? top : top + height;
  const isInVendors =
    frame.vendors !== null &&
    row >= vendorsTop &&
    row < vendorsTop + layout.vendors.height &&
    (!layout.vendors.isBeside || column >= width);
  const isInServices = isInGrid || isInVendors;
  const isInLogs = row >= layout.rows - 1 - layout.logs && row < layout.rows - 1;
  if (kind !== "click") {
    if (isInServices) return [isUp ? "select-up" : "select-down"];
    return isInLogs ? repeated(isUp ? "line-up" : "line-down", wheelRows) : [];
  }
  const focused: BindingId[] = (ui.focus === "services" ? isInLogs : isInServices) ? ["next-pane"] : [];
  if (isInVendors) return [...focused, ...selectVendor(frame, row - vendorsTop - 1)];
  return isInGrid ? [...focused, ...selectRow(frame, row - top - 1 - titleRow)] : focused;
}

function selectRow(frame: Frame, line: number): BindingId[] {
  const { grid, layout } = frame;
  const room = layout.services.height - panelEdges - titleRow;
  const index = grid.first + line;
  return line < 0 || line >= room || index >= grid.rows.length ? [] : stepsTo(frame, index);
}

function selectVendor(frame: Frame, line: number): BindingId[] {
  const { grid, layout, vendors } = frame;
  const at = line - (layout.vendors.hasTitles ? titleRow : 0);
  if (vendors === null || at < 0 || at >= vendors.height || vendors.first + at >= vendors.rows.length) return [];
  return stepsTo(frame, grid.rows.length + vendors.first + at);
}

/** To a row as the selection goes through them: the services, then the vendors. */
function stepsTo({ grid, vendors }: Frame, index: number): BindingId[] {
  const isOnVendor = vendors !== null && vendors.selected !== -1;
  const steps = index - (isOnVendor ? grid.rows.length + vendors.selected : grid.selected);
  return repeated(steps < 0 ? "select-up" : "select-down", Math.abs(steps));
}

function repeated(id: BindingId, times: number): BindingId[] {
  return Array.from({ length: times }, () => id);
}
