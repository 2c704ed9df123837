/** What the mouse did. Columns and rows count from 0, from the top left. */
export interface MouseEvent {
  kind: "click" | "wheel-up" | "wheel-down";
  column: number;
  row: number;
}

/** Clicks and the wheel are reported, in the form that has no limit of 223 columns. Shift keeps the terminal's own selection. */
export const mouseOn = "\x1b[?1000h\x1b[?1006h";
export const mouseOff = "\x1b[?1006l\x1b[?1000l";

const report = /\x1b\[<(\d+);(\d+);(\d+)([Mm])/g;
const kinds: Record<number, MouseEvent["kind"]> = { 0: "click", 64: "wheel-up", 65: "wheel-down" };

/** The keyboard's part of what a terminal sent, and what the mouse did meanwhile. Releases and other buttons are nothing. */
export function takeMouse(data: string): { rest: string; events: MouseEvent[] } {
  const events: MouseEvent[] = [];
  const rest = data.replace(report, (_, button: string, column: string, row: string, end: string) => {
    const kind = kinds[Number(button)];
    if (kind !== undefined && end === "M") events.push({ kind, column: Number(column) - 1, row: Number(row) - 1 });
    return "";
  });
  return { rest, events };
}
