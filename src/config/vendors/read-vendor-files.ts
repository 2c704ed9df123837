import { basename, dirname, join, relative, resolve } from "node:path";
import { readCompose } from "../compose/read-compose.ts";
import { readCrane } from "../crane/read-crane.ts";
import { isThere } from "../discover.ts";
import { readSource } from "../read-source.ts";
import { isPlainMap } from "../schema-kit.ts";
import { SourceText } from "../source-text.ts";
import { type LazyLocation, parseYaml, type YamlSource } from "../yaml-source.ts";
import type { ForeignContext, ForeignVendors } from "./foreign-vendors.ts";

/** What `vendors_from:` brings in, all of its files together. */
export interface VendorFiles extends ForeignVendors {
  /** Every file that was read, or would matter if it appeared. */
  files: string[];
  /** True where a file could not be made sense of, so that not all names are known. */
  isIncomplete: boolean;
}

/** Reads the Compose and crane files that an orchestra.yml names. Mistakes are reported, where they stand. */
export function readVendorFiles(
  named: readonly { file: string; at: LazyLocation }[],
  { root, ...context }: ForeignContext & { root: string },
): VendorFiles {
  const all: VendorFiles = { names: [], parts: [], profiles: Object.create(null), files: [], isIncomplete: false };
  for (const { file: written, at } of named) {
    const file = resolve(root, written);
    if (all.files.includes(file)) {
      context.report.error("duplicate-file", `${written} is named twice`, at(), "keep one of them");
      continue;
    }
    all.files.push(file);
    const source = read(file, at, root, context);
    if (source === null) {
      all.isIncomplete = true;
      continue;
    }
    all.files.push(join(dirname(file), ".env"));
    const { names, parts, profiles } = isCrane(source) ? readCrane(source, context) : readCompose(source, context);
    all.names.push(...names);
    all.parts.push(...parts);
    for (const [profile, members] of Object.entries(profiles)) {
      all.profiles[profile] = [...(all.profiles[profile] ?? []), ...members];
    }
  }
  return all;
}

function read(file: string, at: LazyLocation, root: string, { report }: ForeignContext): YamlSource | null {
  const reading = readSource(file);
  switch (reading.kind) {
    case "text":
      return parseYaml(reading.source, report);
    case "absent":
      report.error("missing-file", `${file} does not exist`, at(), hintFor(file, root));
      return null;
    case "unreadable":
      report.error(
        "unreadable",
        `this file ${reading.problem}`,
        new SourceText(file, "").locate(0, 1),
        reading.hint ?? `it is named in ${relative(root, at().file)}`,
      );
      return null;
  }
}

const usualNames = [
  "compose.yaml",
  "compose.yml",
  "docker-compose.yaml",
  "docker-compose.yml",
  "crane.yml",
  "crane.yaml",
];

function hintFor(file: string, root: string): string | null {
  const found = usualNames.map((name) => join(dirname(file), name)).find(isThere);
  return found === undefined ? null : `did you mean "${relative(root, found)}"?`;
}

function isCrane({ text, value }: YamlSource): boolean {
  if (!isPlainMap(value)) return false;
  return /crane/i.test(basename(text.file)) || (isPlainMap(value.containers) && value.services === undefined);
}
