import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { fleetSchema } from "../src/config/fleet-schema.ts";
import { serviceSchema } from "../src/config/service-schema.ts";

/** The JSON Schemas that editors use, by file name. */
export function jsonSchemas(): Record<string, object> {
  return {
    "orchestra.schema.json": jsonSchemaOf(fleetSchema),
    "service.schema.json": jsonSchemaOf(serviceSchema),
  };
}

/** Draft 7 is what editors' YAML support understands best. */
function jsonSchemaOf(schema: z.ZodMiniType): object {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => allowEmpty(jsonSchema),
  });
}

/** An empty file and a key without a value are fine everywhere that a map with known keys is. */
function allowEmpty(json: { type?: unknown; additionalProperties?: unknown }): void {
  if (json.type === "object" && json.additionalProperties === false) json.type = ["object", "null"];
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, "..", "schema");
  mkdirSync(folder, { recursive: true });
  for (const [name, json] of Object.entries(jsonSchemas())) {
    writeFileSync(join(folder, name), `${JSON.stringify(json, null, 2)}\n`);
  }
  execFileSync(join(import.meta.dirname, "../node_modules/.bin/biome"), ["format", "--write", folder], {
    stdio: "inherit",
  });
}
