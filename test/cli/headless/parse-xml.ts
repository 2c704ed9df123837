/** An element of a parsed document. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  /** All text in it, that of its children too, with entities resolved. */
  text: string;
  children: XmlElement[];
}

const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Parses a document without a DTD, comments or CDATA; throws, saying where, on whatever XML 1.0 does not allow. */
export function parseXml(document: string): XmlElement {
  const bad = forbidden.exec(document);
  if (bad !== null) throw new Error(`a character that XML forbids at ${bad.index}: ${JSON.stringify(bad[0])}`);
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(document);
  if (declaration === null) throw new Error("no XML declaration");
  const root: XmlElement = { name: "", attributes: {}, text: "", children: [] };
  const open: XmlElement[] = [root];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  token.lastIndex = declaration[0].length;
  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    const current = open.at(-1);
    if (match === null || current === undefined) throw new Error(`not well-formed: ${document.slice(at, at + 60)}`);
    const [, closes, name = "", attributes = "", isEmpty, text] = match;
    if (text !== undefined) {
      if (text.includes("]]>")) throw new Error("]]> in a text");
      for (const element of open) element.text += resolve(text);
      if (open.length === 1 && text.trim() !== "") throw new Error(`text outside of the root: ${text}`);
    } else if (closes === "/") {
      if (open.length === 1 || current.name !== name) throw new Error(`</${name}> closes <${current.name}>`);
      open.pop();
    } else {
      const element: XmlElement = { name, attributes: attributesOf(attributes), text: "", children: [] };
      current.children.push(element);
      if (isEmpty !== "/") open.push(element);
    }
  }
  const [only, another] = root.children;
  if (open.length !== 1 || only === undefined || another !== undefined) throw new Error("not exactly one root element");
  return only;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`the attribute ${name} is there twice`);
    found[name] = resolve(value);
  }
  return found;
}

function resolve(text: string): string {
  return text.replace(/&([^;]*)(;?)/g, (whole, name: string, end: string) => {
    const number = /^#(\d+)$/.exec(name);
    const resolved = number === null ? entities[name] : String.fromCodePoint(Number(number[1]));
    if (end !== ";" || resolved === undefined) throw new Error(`no entity: ${whole}`);
    return resolved;
  });
}
