import type { IBufferCell, Terminal } from "@xterm/headless";

const fontSize = 14;
/** Of a monospaced font: the width of a cell, and the pitch of rows, in parts of its size. */
const cellWidth = fontSize * 0.6;
const rowPitch = fontSize * 1.25;
const padding = 16;
const titleHeight = 34;
const paper = "#16181d";
const edge = "#30343d";
const ink = "#d4d7dd";
/** The first sixteen colours of the palette, as dark terminals have them. */
const palette = [
  "#16181d",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#d4d7dd",
  "#5c6370",
  "#e88388",
  "#a8cc8c",
  "#f0c674",
  "#7cc0ff",
  "#d290e4",
  "#66c8d4",
  "#ffffff",
];

/** How a cell looks: the colour of what is in it, and of what is behind that, where it is not the paper. */
interface Look {
  colour: string;
  background: string | null;
  isBold: boolean;
  isDim: boolean;
  isUnderlined: boolean;
}

/** Cells of one look in a row. */
interface Run {
  x: number;
  cells: number;
  text: string;
  look: Look;
}

/** What the cells of a terminal hold, as a window in the format of SVG. Frames and bars are drawn, whatever font is there. */
export function terminalSvg(screen: Terminal, title: string, label: string): string {
  const width = Math.ceil(screen.cols * cellWidth + 2 * padding);
  const height = Math.ceil(screen.rows * rowPitch + titleHeight + padding);
  const drawn = Array.from({ length: screen.rows }, (_, y) => rowOf(screen, y)).filter((row) => row !== "");
  const lights = ["#e06c75", "#e5c07b", "#98c379"].map(
    (colour, i) => `<circle cx="${padding + 6 + i * 20}" cy="${titleHeight / 2}" r="6" fill="${colour}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" fill="${ink}" role="img" aria-label="${xmlText(label)}">
<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}path{fill:none}.c{text-anchor:middle}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${paper}" stroke="${edge}"/>
${lights.join("")}
<text class="c" x="${width / 2}" y="${titleHeight / 2 + 5}" fill="${palette[8]}">${xmlText(title)}</text>
${drawn.join("\n")}
</svg>
`;
}

function rowOf(screen: Terminal, y: number): string {
  const line = screen.buffer.active.getLine(y);
  const runs: Run[] = [];
  const shapes: string[] = [];
  for (let x = 0; x < screen.cols; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const cells = cell.getWidth();
    const text = cell.getChars() || " ";
    const last = runs.at(-1);
    const isNext =
      last !== undefined && last.x + last.cells === x && JSON.stringify(last.look) === JSON.stringify(look);
    if (isNext && kindOf(text) === kindOf(last.text) && kindOf(text) !== "symbol") {
      last.text += text;
      last.cells += cells;
    } else runs.push({ x, cells, text, look });
  }
  for (const run of runs) {
    if (run.look.background !== null) shapes.push(backgroundOf(run, y));
    if (run.text.trim() !== "") shapes.push(shapeOf(run, y));
  }
  return shapes.join("\n");
}

type Kind = "plain" | "rule" | "symbol";

/** Letters are in every font and may be drawn together; what is not is centred in its own cell. */
function kindOf(text: string): Kind {
  if (text[0] === "─") return "rule";
  return /^[\u0020-\u007e\u00a0-\u017f]*$/.test(text) ? "plain" : "symbol";
}

function backgroundOf({ x, cells, look }: Run, y: number): string {
  const [left, top] = [px(padding + x * cellWidth), px(titleHeight + y * rowPitch)];
  return `<rect x="${left}" y="${top}" width="${px(cells * cellWidth + 0.3)}" height="${px(rowPitch + 0.3)}" fill="${look.background}"/>`;
}

function shapeOf(run: Run, y: number): string {
  const { x, cells, text, look } = run;
  const left = padding + x * cellWidth;
  const width = cells * cellWidth;
  const top = titleHeight + y * rowPitch;
  const frame = framePath(text, left, top, width);
  const faint = look.isDim ? ' opacity="0.6"' : "";
  if (frame !== null)
    return `<path d="${frame}" stroke="${look.colour}"${look.isBold ? ' stroke-width="2"' : ""}${faint}/>`;
  const eighths = text.codePointAt(0) ?? 0;
  if (eighths >= 0x2581 && eighths <= 0x2588) {
    const height = ((eighths - 0x2580) / 8) * fontSize;
    return `<rect x="${px(left)}" y="${px(top + rowPitch - 1 - height)}" width="${px(width)}" height="${px(height)}" fill="${look.colour}"${faint}/>`;
  }
  const style = [
    look.colour === ink ? "" : ` fill="${look.colour}"`,
    look.isBold ? ' font-weight="bold"' : "",
    look.isUnderlined ? ' text-decoration="underline"' : "",
    faint,
  ].join("");
  const baseline = px(top + fontSize);
  if (kindOf(text) === "symbol") {
    return `<text class="c" x="${px(left + width / 2)}" y="${baseline}"${style}>${xmlText(text)}</text>`;
  }
  // Several blanks in a row are one to some renderers, and those at the ends none.
  const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: shown, index }) => {
    const at = `x="${px(left + index * cellWidth)}" textLength="${px(shown.length * cellWidth)}"`;
    return `<tspan ${at}>${xmlText(shown)}</tspan>`;
  });
  return `<text y="${baseline}"${style}>${words.join("")}</text>`;
}

/** The line that a character of a frame is; null for any other. */
function framePath(text: string, left: number, top: number, width: number): string | null {
  const [right, bottom] = [px(left + width), px(top + rowPitch)];
  const [middle, centre] = [px(left + cellWidth / 2), px(top + rowPitch / 2)];
  const round = 4;
  const [above, below] = [px(top + rowPitch / 2 - round), px(top + rowPitch / 2 + round)];
  const [before, after] = [px(left + cellWidth / 2 - round), px(left + cellWidth / 2 + round)];
  switch (text[0]) {
    case "─":
      return `M${px(left)} ${centre}H${right}`;
    case "│":
      return `M${middle} ${px(top)}V${bottom}`;
    case "╵":
      return `M${middle} ${px(top)}V${centre}`;
    case "╷":
      return `M${middle} ${centre}V${bottom}`;
    case "╭":
      return `M${middle} ${bottom}V${below}Q${middle} ${centre} ${after} ${centre}H${right}`;
    case "╮":
      return `M${px(left)} ${centre}H${before}Q${middle} ${centre} ${middle} ${below}V${bottom}`;
    case "╰":
      return `M${middle} ${px(top)}V${above}Q${middle} ${centre} ${after} ${centre}H${right}`;
    case "╯":
      return `M${px(left)} ${centre}H${before}Q${middle} ${centre} ${middle} ${above}V${px(top)}`;
    default:
      return null;
  }
}

function px(length: number): string {
  return String(Math.round(length * 10) / 10);
}

function lookOf(cell: IBufferCell): Look {
  const own = colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), ink);
  const behind = colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), paper);
  const [colour, background] = cell.isInverse() === 0 ? [own, behind] : [behind, own];
  return {
    colour,
    background: background === paper ? null : background,
    isBold: cell.isBold() !== 0,
    isDim: cell.isDim() !== 0,
    isUnderlined: cell.isUnderline() !== 0,
  };
}

function colourOf(isDefault: boolean, isRgb: boolean, value: number, otherwise: string): string {
  if (isDefault) return otherwise;
  if (isRgb) return `#${value.toString(16).padStart(6, "0")}`;
  const named = palette[value];
  if (named !== undefined) return named;
  if (value >= 232) {
    const grey = (8 + (value - 232) * 10).toString(16).padStart(2, "0");
    return `#${grey}${grey}${grey}`;
  }
  // A cube of six levels for each of red, green and blue.
  const level = (part: number): string => (part === 0 ? 0 : 55 + part * 40).toString(16).padStart(2, "0");
  const index = value - 16;
  return `#${level(Math.floor(index / 36))}${level(Math.floor(index / 6) % 6)}${level(index % 6)}`;
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
