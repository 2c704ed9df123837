import { expect, test } from "vitest";
import { tempFleet } from "../helpers/temp-fleet.ts";

test.each([
  ["broken-yaml", ["orchestra.yml:4:1 error: a bracket is not closed"]],
  [
    "broken-key",
    ['api/service.yml:2:1 error: unknown key "dependson"', 'orchestra.yml:2:1 error: unknown key "enviroment"'],
  ],
  ["broken-cycle", ["api/service.yml:2:14 error: dependency cycle: api → store → cache → api"]],
  ["broken-dependency", ['api/service.yml:3:3 error: no service or vendor is called "postgres-proxi"']],
  ["broken-duration", ["api/service.yml:2:32 error: ", "orchestra.yml:3:10 error: ", "orchestra.yml:5:9 error: "]],
])("%s is refused by check and by start, each mistake with its place, and nothing is started", async (name, places) => {
  const fleet = tempFleet({ copyOf: name });
  for (const verb of ["check", "start"]) {
    const { code, stdout, stderr } = await fleet.orchestra([verb]);
    expect(code).toBe(2);
    const told = stdout + stderr;
    expect(told.match(/^\S+:\d+:\d+ error: /gm)).toHaveLength(places.length);
    for (const place of places) expect(told).toContain(place);
  }
});
