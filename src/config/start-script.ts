import { isPlainMap } from "./schema-kit.ts";

/**
 * How a package.json says that it is started: `npm start`, or `npm run dev` where there is no start script. Null where
 * there is neither, where it makes no sense, and for the root of workspaces, which starts what its members are.
 */
export function readStartScript(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isPlainMap(value) || value.workspaces !== undefined || !isPlainMap(value.scripts)) return null;
  const { start, dev } = value.scripts;
  if (isScript(start)) return "npm start";
  return isScript(dev) ? "npm run dev" : null;
}

function isScript(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
