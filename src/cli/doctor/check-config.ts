import type { LoadedFleet } from "../../config/load-fleet.ts";
import { counted } from "../../ui/text/amount.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Whether the fleet's files can be used. Pure. */
export function judgeConfig({ spec, diagnostics }: Pick<LoadedFleet, "spec" | "diagnostics">): Finding {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined || spec === null) {
    const which = first === undefined ? "" : `: ${first.message}`;
    return problem(`${counted(errors.length, "mistake")}${which}`, "see all of it: orchestra check");
  }
  const { services, vendors } = spec;
  if (services.length + vendors.length === 0) return warning("there is nothing to run", "write it: orchestra init");
  const what = `${counted(services.length, "service")}${vendors.length === 0 ? "" : ` and ${counted(vendors.length, "vendor")}`}`;
  if (diagnostics.length === 0) return fine(what);
  return warning(
    `${what}, and ${counted(diagnostics.length, "remark")}: ${diagnostics[0]?.message}`,
    "see all of it: orchestra check",
  );
}
