import type { NamedDraft } from "../check-names.ts";
import type { VendorContext } from "./resolve-vendor.ts";
import type { VendorParts } from "./vendor-parts.ts";

/** What a file of another tool is read with. */
export interface ForeignContext extends VendorContext {
  /** What variables in the file mean, before the `.env` beside it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Gathers the names of variables that were looked for in `env`. */
  asked: Set<string>;
  /** Names of the fleet's services, of which the file may speak too. */
  services: readonly string[];
}

/** The vendors of one file of another tool. */
export interface ForeignVendors {
  /** Every vendor, also those of which nothing can be made. */
  names: NamedDraft[];
  parts: VendorParts[];
  /** Names for groups of them. */
  profiles: Record<string, string[]>;
}
