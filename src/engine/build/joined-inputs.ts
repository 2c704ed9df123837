import type { BuildInputs } from "./fingerprint.ts";

/** What is in one of them, each once. */
export function joinedInputs(a: BuildInputs, b: BuildInputs): BuildInputs {
  const directories = new Map<string, BuildInputs["directories"][number]>();
  for (const place of [...a.directories, ...b.directories]) directories.set(`${place.filter}\0${place.dir}`, place);
  return { files: [...new Set([...a.files, ...b.files])], directories: [...directories.values()] };
}
