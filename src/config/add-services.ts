import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument } from "yaml";

/**
 * The text of an orchestra.yml with entries added at the end of its `services:`; comments, order and the style of what is
 * there stay. Null where that cannot be done without touching something else; nothing that is there is ever replaced.
 */
export function addServices(text: string, services: Readonly<Record<string, Record<string, string>>>): string | null {
  const hasLineFeedsAlone = !text.includes("\r\n");
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const before: unknown = document.toJS();
  const isEmpty = document.contents === null || (isScalar(document.contents) && document.contents.value === null);
  if (isEmpty) document.contents = document.createNode({}) as typeof document.contents;
  if (!isMap(document.contents)) return null;
  const present: unknown = document.get("services");
  if (present === undefined || present === null) document.set("services", document.createNode({}));
  const target: unknown = document.get("services");
  if (!isMap(target)) return null;
  for (const [name, settings] of Object.entries(services)) {
    if (target.has(name)) return null;
    target.add(document.createPair(name, settings));
  }
  // An entry that follows `{}` on its own line would be written into the braces.
  if (target.flow === true && target.items.length === Object.keys(services).length) target.flow = false;
  const written = document.toString({
    lineWidth: 0,
    indent: /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2,
    flowCollectionPadding: /[[{] /.test(text) || !/[[{][^\s\]}]/.test(text),
    indentSeq: !/^[^\s#][^\n]*:[ \t]*\r?\n- /m.test(text),
  });
  const expected = expectedAfter(before, services);
  if (!isDeepStrictEqual(parseDocument(written).toJS(), expected)) return null;
  return hasLineFeedsAlone ? written : written.replaceAll("\n", "\r\n");
}

function expectedAfter(before: unknown, services: Readonly<Record<string, unknown>>): unknown {
  const map = (before ?? {}) as Record<string, unknown>;
  return { ...map, services: { ...((map.services ?? {}) as Record<string, unknown>), ...services } };
}
