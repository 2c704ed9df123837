/**
 * An SGR sequence that every layer below understands: colon forms (`38:2::1:2:3`, `4:3`) become semicolons, and what would
 * hide text or make it blink (5, 6, 8) is taken out. Empty where nothing is left.
 */
export function normalizeSgr(parameters: string): string {
  if (parameters === "") return "\x1b[0m";
  const kept: string[] = [];
  const parts = parameters.split(";");
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? "";
    if (part.includes(":")) {
      const flat = flatten(part.split(":"));
      if (flat !== null) kept.push(flat);
      continue;
    }
    if (part === "38" || part === "48" || part === "58") {
      const length = parts[index + 1] === "5" ? 3 : parts[index + 1] === "2" ? 5 : 0;
      const color = parts.slice(index, index + length);
      // A colour cut short would swallow what follows it: leave the rest out.
      if (length === 0 || color.length < length) break;
      // The colour of an underline is nothing that all terminals agree on.
      if (part !== "58") kept.push(...color);
      index += length - 1;
      continue;
    }
    if (part !== "5" && part !== "6" && part !== "8") kept.push(part === "" ? "0" : part);
  }
  return kept.length === 0 ? "" : `\x1b[${kept.join(";")}m`;
}

function flatten(parts: string[]): string | null {
  if (parts[0] === "4") return parts[1] === "0" ? "24" : "4";
  if (parts[0] !== "38" && parts[0] !== "48") return null;
  if (parts[1] === "5" && parts.length === 3) return parts.join(";");
  if (parts[1] !== "2") return null;
  // `38:2:<colour space>:r:g:b`, or without the colour space.
  const color = parts.length === 6 ? [...parts.slice(0, 2), ...parts.slice(3)] : parts;
  return color.length === 5 && color.every((p) => p !== "") ? color.join(";") : null;
}
