import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { addServices } from "../config/add-services.ts";
import type { ProposedService } from "../config/propose-services.ts";
import { Abort } from "../lib/abort.ts";
import { errnoOf } from "../lib/errno.ts";
import { exitCodes } from "../lib/exit-codes.ts";

/** A file that a proposal would write. */
export interface InitFile {
  /** Relative to the root. */
  path: string;
  /** All of it, as it would be; empty for an empty file. */
  text: string;
  /** What of it is new; the same where the file is. */
  added: string;
  /** It is there, and is added to. */
  isThere: boolean;
}

/**
 * The files that make services of a proposal, in their final form. Throws an Abort where an orchestra.yml cannot be added
 * to without touching what is in it.
 */
export function initFiles(root: string, services: readonly ProposedService[]): InitFile[] {
  const own = services.filter((service) => service.target === "service.yml");
  const files = own.map(({ dir, settings }): InitFile => {
    const text = Object.keys(settings).length === 0 ? "" : stringify(settings);
    return { path: `${dir}/service.yml`, text, added: text, isThere: false };
  });
  const entries = services.filter((service) => service.target === "orchestra.yml");
  if (entries.length === 0) return files;
  const added = Object.fromEntries(entries.map(({ name, settings }) => [name, settings]));
  const present = readIfThere(join(root, "orchestra.yml"));
  const text = addServices(present ?? "", added);
  const shown = stringify({ services: added });
  if (text === null) {
    throw new Abort(
      exitCodes.usage,
      "orchestra.yml cannot be added to without changing what is in it",
      `add this yourself:\n${shown}`,
    );
  }
  return [...files, { path: "orchestra.yml", text, added: shown, isThere: present !== null }];
}

/** Writes them; a new file never takes the place of another. Throws an Abort that names what cannot be written. */
export function writeInitFiles(root: string, files: readonly InitFile[]): void {
  for (const { path, text, isThere } of files) {
    try {
      writeFileSync(join(root, path), text, { flag: isThere ? "w" : "wx" });
    } catch (error) {
      throw new Abort(exitCodes.failed, `cannot write ${join(root, path)}: ${errnoOf(error)}`);
    }
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw new Abort(exitCodes.usage, `cannot read ${file}: ${errnoOf(error)}`);
  }
}
