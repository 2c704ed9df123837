/** One line of text that is being typed. `cursor` is an index into `text`, between two characters as a person sees them. */
export interface LineEdit {
  text: string;
  cursor: number;
}

export const emptyLine: LineEdit = { text: "", cursor: 0 };

/** Far more than anybody types; a paste of a whole file is cut here. */
const maxLength = 500;

const segmenter = new Intl.Segmenter();
const control = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/** A line to go on typing at. */
export function lineOf(text: string): LineEdit {
  return insert(emptyLine, text);
}

/** The line with `text`, typed or pasted, at the cursor. Control characters and line ends become blanks: a line stays one line. */
export function insert(line: LineEdit, text: string): LineEdit {
  const room = Math.max(0, maxLength - line.text.length);
  const added = text
    .replace(/[\r\n]+$/, "")
    .replace(control, " ")
    .slice(0, room)
    .replace(/[\ud800-\udbff]$/, "");
  if (added === "") return line;
  return {
    text: line.text.slice(0, line.cursor) + added + line.text.slice(line.cursor),
    cursor: line.cursor + added.length,
  };
}

/** The line after a key, by its name; keys that mean nothing here leave it as it is. */
export function editByKey(line: LineEdit, key: string): LineEdit {
  const { text, cursor } = line;
  switch (key) {
    case "space":
      return insert(line, " ");
    case "left":
    case "ctrl-b":
      return { text, cursor: before(line) };
    case "right":
    case "ctrl-f":
      return { text, cursor: after(line) };
    case "home":
    case "ctrl-a":
      return { text, cursor: 0 };
    case "end":
    case "ctrl-e":
      return { text, cursor: text.length };
    case "backspace":
    case "ctrl-h":
      return without(line, before(line), cursor);
    case "delete":
    case "ctrl-d":
      return without(line, cursor, after(line));
    case "ctrl-u":
      return without(line, 0, cursor);
    case "ctrl-k":
      return without(line, cursor, text.length);
    case "ctrl-w":
      return without(line, wordStart(line), cursor);
    default:
      // Everything else that has a name of its own is longer than a character.
      return [...key].length === 1 ? insert(line, key) : line;
  }
}

function without({ text }: LineEdit, from: number, to: number): LineEdit {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function wordStart({ text, cursor }: LineEdit): number {
  return text.slice(0, cursor).replace(/\S*\s*$/u, "").length;
}

function before({ text, cursor }: LineEdit): number {
  const last = [...segmenter.segment(text.slice(0, cursor))].at(-1);
  return last?.index ?? 0;
}

function after({ text, cursor }: LineEdit): number {
  const [next] = segmenter.segment(text.slice(cursor));
  return cursor + (next?.segment.length ?? 0);
}
