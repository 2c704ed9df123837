import type { RerunSpec } from "../model/service.ts";
import { describe, isPlainMap, leaf, Refusal } from "./schema-kit.ts";

/** `rerun: true`, or `rerun: {test: true}` where tests come between build and replacement. */
export function rerunSetting(description: string) {
  const json = {
    description,
    oneOf: [
      { type: "boolean" },
      { type: "object", properties: { test: { type: "boolean" } }, required: ["test"], additionalProperties: false },
    ],
  };
  return leaf(json, (input): RerunSpec | Refusal => {
    if (typeof input === "boolean") return { isOn: input, withTests: false };
    if (isPlainMap(input) && Object.keys(input).join() === "test" && typeof input.test === "boolean") {
      return { isOn: true, withTests: input.test };
    }
    return new Refusal(`must be true, false or {test: true}, not ${describe(input)}`);
  });
}
