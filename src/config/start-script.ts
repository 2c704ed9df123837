import { isPlainMap } from "./schema-kit.ts";

/**
 * The script by which a package.json says that it is started. Null where there is none, where it makes no sense, and for
 * the root of workspaces, which starts what its members are.
 */
export function readStartScript(text: string): "start" | "dev" | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isPlainMap(value) || value.workspaces !== undefined || !isPlainMap(value.scripts)) return null;
  const { start, dev } = value.scripts;
  if (isScript(start)) return "start";
  return isScript(dev) ? "dev" : null;
}

function isScript(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
