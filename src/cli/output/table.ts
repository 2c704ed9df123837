import { stripVTControlCharacters } from "node:util";

/** Lays rows out in columns, two blanks apart; nothing follows the last cell of a row. Cells may hold colours. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return rows
    .map((row) => {
      const line = row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell))).join("  ");
      return `${line.trimEnd()}\n`;
    })
    .join("");
}

function widthOf(cell: string): number {
  return cell.includes("\u001b") ? stripVTControlCharacters(cell).length : cell.length;
}
