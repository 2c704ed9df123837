import type { Stray, StrayStanding } from "../../../model/stray.ts";
import { standingWords } from "../../../model/stray-words.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed } from "../../text/elapsed.ts";
import type { Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import type { Column } from "../../widgets/table/Table.tsx";

/** The list: pid, service and what is done about each are there in any width. */
export function strayColumns({ role, glyphs }: Theme, now: number): Column<Stray>[] {
  const standing: Readonly<Record<StrayStanding, Style>> = {
    asked: role.warn,
    ignored: role.muted,
    stopping: role.busy,
  };
  return [
    {
      id: "pid",
      title: "PID",
      align: "right",
      rank: 1,
      min: 5,
      width: null,
      cell: ({ pid }) =>
        pid === 0 ? { text: glyphs.none, style: role.muted } : { text: String(pid), style: role.strong },
    },
    {
      id: "service",
      title: "SERVICE",
      align: "left",
      rank: 2,
      min: 8,
      width: null,
      cell: ({ service }) => ({ text: cleanText(service) }),
    },
    {
      id: "standing",
      title: "STATE",
      align: "left",
      rank: 3,
      min: 13,
      width: null,
      cell: (stray) => ({ text: standingWords[stray.standing], style: standing[stray.standing] }),
    },
    {
      id: "age",
      title: "AGE",
      align: "right",
      rank: 5,
      min: 6,
      width: 6,
      cell: ({ startedAt }) => ({ text: elapsed(startedAt, now), style: role.muted }),
    },
    {
      id: "port",
      title: "PORT",
      align: "left",
      rank: 6,
      min: 8,
      width: 8,
      cell: ({ ports }) =>
        ports.length === 0
          ? { text: glyphs.none, style: role.muted }
          : { text: ports.length === 1 ? String(ports[0]) : `${ports[0]} +${ports.length - 1}` },
    },
    {
      id: "command",
      title: "COMMAND",
      align: "left",
      rank: 4,
      min: 12,
      width: 0,
      grows: true,
      cell: ({ command, container }) => ({
        text: cleanText(container === null ? command : `container ${container.name}`),
        style: role.muted,
      }),
    },
  ];
}
