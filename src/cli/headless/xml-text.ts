/** What XML 1.0 has no way to write, not even escaped: control characters, lone surrogates, U+FFFE and U+FFFF. */
const impossible =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text for between two tags. Whatever is in it, the document stays well-formed. */
export function xmlText(text: string): string {
  return text.replace(impossible, "\ufffd").replace(/\r\n?/g, "\n").replace(/[&<>]/g, entityOf);
}

/** Text for an attribute, to be put between double quotes. */
export function xmlAttribute(text: string): string {
  return xmlText(text)
    .replaceAll('"', "&quot;")
    .replace(/[\t\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function entityOf(character: string): string {
  if (character === "&") return "&amp;";
  return character === "<" ? "&lt;" : "&gt;";
}
