/** What only vendors have. */
export interface VendorTraits {
  /** Its absence holds nobody back: dependents go on, and are told by `ORCHESTRA_<VENDOR>=unavailable`. */
  optional: boolean;
  /** `down` leaves it running. */
  keep: boolean;
  /** Names of further variables that get its address: variable → what of it. */
  variables: Record<string, "host" | "port" | "url">;
}
