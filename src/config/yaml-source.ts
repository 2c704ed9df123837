import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Location } from "../model/diagnostic.ts";
import { Report } from "./report.ts";
import type { SourceText } from "./source-text.ts";
import { pathKey, rangeOfNode, readYamlTree, type YamlTree } from "./yaml-tree.ts";

/** Keys and list indexes from the root of a file down to a value. */
export type Path = readonly PropertyKey[];

/** Worked out when it is asked for, which a good file never makes necessary. */
export type LazyLocation = () => Location;

/**
 * One YAML document as plain data, which can say where its parts stand. Aliases and merge keys (`<<`) are resolved in both.
 * The syntax tree is not kept: holding those of 200 files took longer, in garbage collection, than parsing them. It is
 * made again for the first place that is asked for.
 */
export class YamlSource {
  readonly text: SourceText;
  /** Null for an empty file. Maps have no prototype; a key's value may be null. */
  readonly value: unknown;
  readonly #written: ReadonlyMap<string, string>;
  #tree: YamlTree | null = null;

  constructor(text: SourceText, value: unknown, written: ReadonlyMap<string, string>) {
    this.text = text;
    this.value = value;
    this.#written = written;
  }

  /** Where the key (or list entry) at `path` stands; where there is none, the nearest thing around it that exists. */
  keyAt(path: Path): Location {
    return this.#locate(path, "key");
  }

  /** Where the value at `path` stands; where there is none, its key or the nearest thing around it. */
  valueAt(path: Path): Location {
    return this.#locate(path, "value");
  }

  /** How the number or the like at `path` is written, where that is not how it prints: `1.10` and not `1.1`. Else null. */
  writtenAt(path: Path): string | null {
    return this.#written.size === 0 ? null : (this.#written.get(pathKey(path)) ?? null);
  }

  #locate(path: Path, part: "key" | "value"): Location {
    if (this.value !== null) this.#tree ??= readYamlTree(this.text, new Report());
    const tree = this.#tree;
    if (tree === null) return this.text.locate(0, 1);
    let node: unknown = tree.root;
    let place: unknown = isMap(node) || isSeq(node) ? null : node;
    for (const [i, step] of path.entries()) {
      const child = childOf(tree, node, step);
      if (child === null) {
        if (isScalar(node) && hasText(node)) place = node;
        break;
      }
      const isLast = i === path.length - 1;
      place = isLast && part === "value" && hasText(child.value) ? child.value : (child.key ?? child.value);
      node = child.value;
    }
    const [start, end] = rangeOfNode(place) ?? [0, 1];
    return this.text.locate(start, end);
  }
}

/** Reads one YAML file. Null where it cannot be made sense of, which is then an error in `report`. */
export function parseYaml(text: SourceText, report: Report): YamlSource | null {
  const isEmpty = text.text.split("\n").every((line) => /^\s*(?:#|$)/.test(line));
  if (isEmpty) return new YamlSource(text, null, new Map());
  const tree = readYamlTree(text, report);
  return tree === null ? null : new YamlSource(text, tree.value, tree.written);
}

function childOf(tree: YamlTree, parent: unknown, step: PropertyKey): { key: unknown; value: unknown } | null {
  const node = isAlias(parent) ? tree.targets.get(parent) : parent;
  if (isMap(node)) {
    const pair = tree.entries.get(node)?.get(String(step));
    return pair === undefined ? null : { key: pair.key, value: pair.value };
  }
  if (isSeq(node) && typeof step === "number" && step < node.items.length)
    return { key: null, value: node.items[step] };
  return null;
}

function hasText(node: unknown): boolean {
  const range = rangeOfNode(node);
  return range !== null && range[1] > range[0];
}
