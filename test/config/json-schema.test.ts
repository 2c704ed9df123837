import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonSchemas } from "../../scripts/generate-schema.ts";

test.each(Object.entries(jsonSchemas()))(
  "schema/%s is up to date (else: node scripts/generate-schema.ts)",
  (name, schema) => {
    const file = join(import.meta.dirname, "../../schema", name);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
  },
);

test("every key is described to editors", () => {
  const undescribed = Object.entries(jsonSchemas()).flatMap(([file, schema]) =>
    "properties" in schema
      ? Object.entries(schema.properties as Record<string, object>)
          .filter(([, property]) => !("description" in property))
          .map(([key]) => `${file}: ${key}`)
      : [file],
  );
  expect(undescribed).toEqual([]);
});
