import type { Report } from "./report.ts";
import type { VendorParts } from "./vendors/vendor-parts.ts";

/** Reports variables that two vendors want for their address. */
export function checkVariables(vendors: readonly VendorParts[], report: Report): void {
  const owners = new Map<string, string>();
  for (const { spec, variableAt } of vendors) {
    for (const variable of Object.keys(spec.vendor.variables)) {
      const owner = owners.get(variable);
      if (owner === undefined) owners.set(variable, spec.name);
      else {
        const message = `${variable} is to tell the addresses of both "${owner}" and "${spec.name}"`;
        report.error("duplicate-variable", message, variableAt(variable), "give one of them another name");
      }
    }
  }
}
