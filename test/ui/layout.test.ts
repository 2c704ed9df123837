import { describe, expect, test } from "vitest";
import { type Layout, type LayoutNeeds, layoutFor } from "../../src/ui/layout.ts";

const needs = (change: Partial<LayoutNeeds> = {}): LayoutNeeds => ({
  services: 7,
  vendors: 0,
  banner: 0,
  zoomed: null,
  ...change,
});

function usedRows({ banner, services, vendors, selection, logs }: Layout): number {
  const panes = vendors.isBeside ? services.height : services.height + vendors.height;
  return 2 + banner + panes + selection + logs;
}

test("all rows are used, at any size and for any fleet", () => {
  for (let rows = 10; rows <= 70; rows += 1) {
    for (const columns of [40, 80, 120, 200]) {
      for (const services of [0, 1, 7, 50]) {
        for (const vendors of [0, 2, 9]) {
          for (const zoomed of [null, "services", "logs"] as const) {
            const layout = layoutFor(columns, rows, { services, vendors, banner: services === 7 ? 2 : 0, zoomed });
            expect(usedRows(layout), `${columns}x${rows} ${services} ${vendors} ${zoomed}`).toBe(rows);
            expect(layout.logs).toBeGreaterThanOrEqual(0);
          }
        }
      }
    }
  }
});

describe("the screen", () => {
  test("is too small below 40×10", () => {
    expect(layoutFor(39, 24, needs()).isTooSmall).toBe(true);
    expect(layoutFor(80, 9, needs()).isTooSmall).toBe(true);
    expect(layoutFor(40, 10, needs()).isTooSmall).toBe(false);
  });

  test("gives the log at least about half", () => {
    expect(layoutFor(80, 24, needs({ services: 50 })).logs).toBeGreaterThanOrEqual(10);
  });

  test("gives the log what a small fleet does not need", () => {
    expect(layoutFor(80, 24, needs({ services: 1 }))).toMatchObject({ services: { height: 4 }, logs: 17 });
  });

  test("puts the vendors beside the services where it is wide, else below them", () => {
    const wide = layoutFor(120, 36, needs({ vendors: 2 }));
    expect(wide.vendors.isBeside).toBe(true);
    expect(wide.services.width + wide.vendors.width).toBe(120);
    const narrow = layoutFor(80, 24, needs({ services: 3, vendors: 2 }));
    expect(narrow).toMatchObject({ services: { height: 6 }, vendors: { isBeside: false, width: 80, height: 4 } });
    const high = layoutFor(80, 50, needs({ vendors: 2 }));
    expect(high.vendors).toMatchObject({ height: 5, hasTitles: true });
  });

  test("has the vendors among the services where two panes would show fewer of them", () => {
    expect(layoutFor(80, 24, needs({ vendors: 2 }))).toMatchObject({
      services: { height: 10 },
      vendors: { height: 0 },
    });
    expect(layoutFor(40, 10, needs({ services: 1, vendors: 1 }))).toMatchObject({ services: { height: 4 } });
    expect(layoutFor(120, 36, needs({ vendors: 2, zoomed: "services" })).vendors.height).toBe(0);
  });

  test("is the vendors' and the log's where there is no service", () => {
    const layout = layoutFor(120, 36, needs({ services: 0, vendors: 2 }));
    expect(layout).toMatchObject({ services: { height: 0 }, vendors: { height: 5, width: 120, hasTitles: true } });
  });

  test("gives the room of absent vendors to the services", () => {
    expect(layoutFor(120, 36, needs()).services.width).toBe(120);
  });

  test("is all the zoomed pane's", () => {
    expect(layoutFor(80, 24, needs({ zoomed: "logs" }))).toMatchObject({ logs: 22, services: { height: 0 } });
    expect(layoutFor(80, 24, needs({ zoomed: "services" }))).toMatchObject({ logs: 0, services: { height: 21 } });
  });
});
