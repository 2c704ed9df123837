/**
 * `npm run picture`: opens the dashboard on a copy of the tour fleet in a terminal emulator, lets it run for a while, and
 * draws what the emulator's cells hold into docs/dashboard.svg. A picture of a real run, not a drawing of one.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { spawn } from "@lydell/node-pty";
import type { IBufferCell, Terminal } from "@xterm/headless";
import xterm from "@xterm/headless";
import { build } from "./build.ts";

const columns = 120;
const rows = 36;
const runsForMs = 20_000;
const limitMs = 60_000;

const fontSize = 14;
/** Of a monospaced font: the width of a cell, and the pitch of rows, in parts of its size. */
const cellWidth = fontSize * 0.6;
const rowPitch = fontSize * 1.17;
const padding = 12;
const paper = "#16181d";
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

const repository = resolve(import.meta.dirname, "..");
const file = join(repository, "docs/dashboard.svg");

await build();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-picture-")));
const fleet = join(folder, "tour");
cpSync(join(repository, "fixtures/fleets/tour"), fleet, { recursive: true });
const bin = join(repository, "bin/orchestra");
const kept = Object.entries(process.env).filter(([name]) => !/^(CI|NO_COLOR|ORCHESTRA)/.test(name));
const env = { ...Object.fromEntries(kept), TERM: "xterm-256color", COLORTERM: "truecolor", LANG: "C.UTF-8" };
try {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const pty = spawn(bin, [], { cols: columns, rows, cwd: fleet, env: env as Record<string, string> });
  screen.onData((reply) => pty.write(reply));
  pty.onData((data) => screen.write(data));
  await shows(screen, "ready");
  // Down to a service whose log says something.
  pty.write("jjj");
  await new Promise((done) => setTimeout(done, runsForMs));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, svgOf(screen));
  pty.kill();
  console.log(`picture: ${file.slice(repository.length + 1)}`);
} finally {
  spawnSync(bin, ["down"], { cwd: fleet, env });
  rmSync(folder, { recursive: true, force: true });
}

async function shows(screen: Terminal, text: string): Promise<void> {
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    const lines = Array.from({ length: rows }, (_, y) => screen.buffer.active.getLine(y)?.translateToString() ?? "");
    if (lines.some((line) => line.includes(text))) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the dashboard did not show "${text}" within ${limitMs / 1000} s`);
}

interface Run {
  x: number;
  width: number;
  text: string;
  style: string;
}

/** Cells of one look in a row are one text, stretched to the width of its cells whatever font is there. */
function svgOf(screen: Terminal): string {
  const width = Math.ceil(columns * cellWidth + 2 * padding);
  const height = Math.ceil(rows * rowPitch + 2 * padding);
  const drawn = Array.from({ length: rows }, (_, y) => rowOf(screen, y)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" fill="${ink}" role="img" aria-label="The dashboard of Orchestra">
<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}</style>
<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>
${drawn}
</svg>
`;
}

function rowOf(screen: Terminal, y: number): string {
  const line = screen.buffer.active.getLine(y);
  const runs: Run[] = [];
  const backgrounds: string[] = [];
  for (let x = 0; x < columns; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const { style, background } = lookOf(cell);
    const at = padding + x * cellWidth;
    const cells = cell.getWidth();
    if (background !== null) {
      const [top, wide] = [padding + y * rowPitch, cells * cellWidth + 0.3];
      backgrounds.push(
        `<rect x="${at.toFixed(1)}" y="${top.toFixed(1)}" width="${wide.toFixed(1)}" height="${(rowPitch + 0.3).toFixed(1)}" fill="${background}"/>`,
      );
    }
    const text = cell.getChars() || " ";
    const last = runs.at(-1);
    if (last !== undefined && last.style === style && Math.abs(last.x + last.width - x) < 0.5) {
      last.text += text;
      last.width += cells;
    } else runs.push({ x, width: cells, text, style });
  }
  const baseline = (padding + y * rowPitch + fontSize).toFixed(1);
  const texts = runs
    .filter((run) => run.text.trim() !== "")
    .map((run) => {
      const at = (padding + run.x * cellWidth).toFixed(1);
      const length = (run.width * cellWidth).toFixed(1);
      return `<text x="${at}" y="${baseline}" textLength="${length}"${run.style}>${xmlText(run.text)}</text>`;
    });
  return [...backgrounds, ...texts].join("\n");
}

function lookOf(cell: IBufferCell): { style: string; background: string | null } {
  const isInverse = cell.isInverse() !== 0;
  const own = colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), ink);
  const behind = colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), paper);
  const [foreground, background] = isInverse ? [behind, own] : [own, behind];
  const style = [
    foreground === ink ? "" : ` fill="${foreground}"`,
    cell.isBold() === 0 ? "" : ' font-weight="bold"',
    cell.isDim() === 0 ? "" : ' opacity="0.6"',
    cell.isUnderline() === 0 ? "" : ' text-decoration="underline"',
  ].join("");
  return { style, background: background === paper ? null : background };
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
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
