import type { Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import type { Column } from "../../widgets/table/Table.tsx";
import { buildWidth, type ServiceRow } from "./service-row.ts";

/**
 * The columns of the grid. What changes every second has a fixed width, so nothing beside it moves. `hasBuilds`: some service is built, so
 * builds have a column.
 */
export function serviceColumns(theme: Theme, hasBuilds: boolean): Column<ServiceRow>[] {
  const { role, phase, build, glyphs } = theme;
  const isOff = (row: ServiceRow) => row.status.phase === "stopped" || row.status.phase === "completed";
  const quiet = (row: ServiceRow) => (isOff(row) ? role.muted : role.plain);
  const columns: (Column<ServiceRow> | null)[] = [
    {
      id: "glyph",
      title: "",
      align: "left",
      rank: 1,
      min: 1,
      width: 1,
      cell: ({ status }) => ({ text: glyphs.phase[status.phase], style: phase[status.phase] }),
    },
    {
      id: "name",
      title: "NAME",
      align: "left",
      rank: 2,
      min: 8,
      width: null,
      gap: 1,
      cell: (row) => ({ text: row.service.name, style: quiet(row) }),
    },
    {
      id: "state",
      title: "STATE",
      align: "left",
      rank: 3,
      min: 12,
      width: 12,
      cell: ({ state, status }) => ({ text: state, style: phase[status.phase] }),
    },
    {
      id: "scale",
      title: "SCALE",
      align: "right",
      rank: 4,
      min: 5,
      width: 5,
      cell: (row) => {
        const { ready, wanted } = row.status;
        const style = isOff(row) ? role.muted : ready === wanted ? role.plain : role.warn;
        return { text: row.scale, style };
      },
    },
    {
      id: "port",
      title: "PORT",
      align: "left",
      rank: 5,
      min: 5,
      width: null,
      cell: (row) => ({ text: row.port, style: row.status.upSince === null ? role.muted : role.plain }),
    },
    hasBuilds
      ? {
          id: "build",
          title: "BUILD",
          align: "left",
          rank: 7,
          min: buildWidth,
          width: buildWidth,
          cell: (row) => ({ text: row.build, style: build[row.service.build.status] }),
        }
      : null,
    {
      id: "up",
      title: "UP",
      align: "right",
      rank: 8,
      min: 5,
      width: 6,
      cell: (row) => ({ text: row.up, style: row.up === glyphs.none ? role.muted : role.plain }),
    },
    {
      id: "restarts",
      title: glyphs.restarts,
      align: "right",
      rank: 9,
      min: 3,
      width: 3,
      cell: (row) => ({ text: row.restarts, style: row.status.restarts === 0 ? role.muted : role.warn }),
    },
    {
      id: "last",
      title: "LAST",
      align: "left",
      rank: 6,
      min: 12,
      width: null,
      grows: true,
      cell: (row) => ({ text: row.last, style: lastStyle(row, theme) }),
    },
  ];
  return columns.filter((column) => column !== null);
}

function lastStyle({ service, status }: ServiceRow, { role }: Theme): Style {
  if (service.build.status === "failed" || status.phase === "failed") return role.bad;
  return status.phase === "backoff" || status.phase === "unready" ? role.warn : role.muted;
}
