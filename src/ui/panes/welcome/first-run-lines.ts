import type { FirstRunFrame } from "../../first-run-frame.ts";
import { firstRunKeys } from "../../keys/first-run-keys.ts";
import type { Trouble } from "../../state/first-run.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import { diagnosticLines } from "./diagnostic-lines.ts";
import { lookedForLines } from "./looked-for-lines.ts";

/** Rows of a file that is proposed; service files are short. */
const mostFileRows = 6;

/** What there is to say while there is no fleet to show, and what can be done about it. */
export function firstRunLines(frame: FirstRunFrame): Span[][] {
  const { trouble, problem, theme } = frame;
  const { role, glyphs } = theme;
  const rows = [...troubleLines(trouble, frame), ...settingsLines(frame)];
  return problem === null ? rows : [[{ text: `${glyphs.bad} ${cleanText(problem)}`, style: role.bad }], [], ...rows];
}

function troubleLines(trouble: Trouble, frame: FirstRunFrame): Span[][] {
  const { theme, size } = frame;
  const { role } = theme;
  switch (trouble.kind) {
    case "broken": {
      const errors = trouble.diagnostics.filter((d) => d.severity === "error").length;
      return [
        [{ text: `The config has ${counted(errors, "mistake")}, so nothing can run.`, style: role.strong }],
        [{ text: "This goes on by itself once the files are mended.", style: role.muted }],
        ...trouble.diagnostics.flatMap((d) => [[], ...diagnosticLines(d, trouble.root, size.columns - 6, theme)]),
      ];
    }
    case "nothing":
      return nothingLines(trouble, frame);
    case "other-version":
      return [
        [
          {
            text: `The daemon of this fleet is version ${cleanText(trouble.daemonVersion)}; this is version ${trouble.ownVersion}.`,
            style: role.strong,
          },
        ],
        [],
        [keySpan(frame, "first-replace"), { text: " replaces it by one of this version; the services keep running." }],
      ];
    case "unreachable":
      return [
        ...trouble.message
          .split("\n")
          .map((line, index): Span[] => [{ text: cleanText(line), style: index === 0 ? role.bad : role.plain }]),
        ...(trouble.hint === null ? [] : [[], [{ text: cleanText(trouble.hint), style: role.muted }]]),
        [],
        [keySpan(frame, "first-retry"), { text: " tries again." }],
      ];
  }
}

function settingsLines({ mistakes, size, theme }: FirstRunFrame): Span[][] {
  if (mistakes.length === 0) return [];
  return [
    [],
    [
      {
        text: `Your own settings have ${counted(mistakes.length, "mistake")}; the rest of them counts.`,
        style: theme.role.strong,
      },
    ],
    ...mistakes.flatMap((d) => [[], ...diagnosticLines(d, "", size.columns - 6, theme)]),
  ];
}

function nothingLines(trouble: Trouble & { kind: "nothing" }, frame: FirstRunFrame): Span[][] {
  const { role, glyphs } = frame.theme;
  const remarks = trouble.remarks.map((r): Span[] => [{ text: `${glyphs.note} ${cleanText(r)}`, style: role.muted }]);
  const head: Span[][] = [[{ text: "There is nothing to run here yet.", style: role.strong }], []];
  if (trouble.files.length === 0) return [...head, ...lookedForLines(trouble.root, frame.theme), ...remarks];
  return [
    ...head,
    [{ text: "But these can be run, in " }, { text: cleanText(trouble.root), style: role.key }, { text: ":" }],
    [],
    ...trouble.files.flatMap(({ path, text, found }): Span[][] => {
      const lines = text.trimEnd() === "" ? [] : text.trimEnd().split("\n");
      return [
        [
          { text: `  ${glyphs.dot} ` },
          { text: cleanText(path), style: role.key },
          { text: found === "" ? "" : `  ${cleanText(found)}` },
          { text: lines.length === 0 ? "  (an empty file will do)" : "", style: role.muted },
        ],
        ...lines.slice(0, mostFileRows).map((line): Span[] => [{ text: `      ${line}`, style: role.good }]),
        ...(lines.length > mostFileRows ? [[{ text: "      ..." }]] : []),
      ];
    }),
    ...remarks,
    [],
    [
      keySpan(frame, "first-create"),
      {
        text: ` writes ${trouble.files.length === 1 ? "this file" : `these ${trouble.files.length} files`}, and starts what is in them.`,
      },
    ],
  ];
}

function keySpan({ keys, trouble, theme }: FirstRunFrame, id: string): Span {
  const binding = firstRunKeys(keys, trouble).find((b) => b.id === id);
  return { text: binding?.keys[0] ?? "", style: { ...theme.role.key, isBold: true } };
}
