import { afterEach, describe, expect, test, vi } from "vitest";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { type Column, Table } from "../../../src/ui/widgets/table/Table.tsx";
import { type SizedRender, sizedRender } from "../../helpers/sized-render.tsx";

const theme = themeFor({ TERM: "xterm" });
const columns: Column<string>[] = [
  { id: "name", title: "NAME", align: "left", rank: 1, min: 4, width: 6, cell: (text) => ({ text }) },
  {
    id: "size",
    title: "SIZE",
    align: "right",
    rank: 2,
    min: 4,
    width: 4,
    cell: (text) => ({ text: String(text.length) }),
  },
];

let screen: SizedRender | null = null;

afterEach(() => {
  screen?.unmount();
  screen = null;
  vi.unstubAllEnvs();
});

async function drawn(rows: string[], height: number, selected = 1): Promise<string[]> {
  screen = sizedRender(
    <Table
      rows={rows}
      columns={columns}
      selected={selected}
      width={20}
      height={height}
      theme={theme}
      heading={(row) => (row === "head" ? [{ text: "a heading" }] : null)}
      isMarked={(row) => row === "web"}
    />,
    20,
    10,
  );
  await screen.until("NAME");
  return screen.rows().map((row) => row.trimEnd());
}

describe("a table", () => {
  test("has titles, a cursor, marks and headings", async () => {
    expect(await drawn(["head", "web", "gateway"], 4)).toEqual([
      "  NAME   SIZE",
      "  a heading",
      "▸◆web       3",
      "  gatew…    7",
    ]);
  });

  test("shows the rows around the selected one, and asks for no others", async () => {
    const asked = vi.spyOn(columns[0] as Column<string>, "cell");
    const rows = await drawn(
      Array.from({ length: 100 }, (_, i) => `row${i}`),
      4,
      50,
    );
    expect(rows.slice(1)).toEqual(["  row49     5", "▸ row50     5", "  row51     5"]);
    expect(new Set(asked.mock.calls.map(([row]) => row))).toEqual(new Set(["row49", "row50", "row51"]));
  });
});
