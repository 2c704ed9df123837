import { basename } from "node:path";
import { loadFleet } from "../../../src/config/load-fleet.ts";
import type { FleetSpec } from "../../../src/model/fleet.ts";
import type { VendorSpec } from "../../../src/model/vendor.ts";
import { tempFolder } from "../temp-folder.ts";

/** By name. */
type Variables = Readonly<Record<string, string>>;

/** The fleet of these files; fails where they have mistakes. */
export function fleetOf(files: Record<string, string>, env: Variables = {}): FleetSpec {
  const { spec, diagnostics } = loadFleet(tempFolder(files), env);
  if (spec === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  return spec;
}

/** The first vendor of these files. */
export function vendorOf(files: Record<string, string>, env: Variables = {}): VendorSpec {
  const [vendor] = fleetOf(files, env).vendors;
  if (vendor === undefined) throw new Error("no vendor");
  return vendor;
}

/** What is said of these files, as `orchestra.yml:1:11 missing-key "image" is missing`; the root is called ROOT. */
export function toldOf(files: Record<string, string>, env: Variables = {}): string[] {
  const root = tempFolder(files);
  return loadFleet(root, env).diagnostics.map(({ severity, code, message, location }) => {
    const place = location === null ? "" : `${basename(location.file)}:${location.line}:${location.column} `;
    return `${severity === "error" ? "" : `${severity} `}${place}${code} ${message.replaceAll(root, "ROOT")}`;
  });
}
