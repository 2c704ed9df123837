import type { Cause } from "./cause.ts";
import type { Failure } from "./failure.ts";
import type { UnitId } from "./ids.ts";
import type { UnitState } from "./replica.ts";

/** A backing service as configured. Parsed and checked; carried out from the version that supports vendors. */
export interface VendorSpec {
  name: string;
  image: string;
}

/** A vendor as every client sees it. Times are milliseconds since the epoch. */
export interface VendorSnapshot {
  id: UnitId;
  name: string;
  image: string;
  state: UnitState;
  since: number;
  generation: number;
  ports: Record<string, number>;
  restarts: number;
  failure: Failure | null;
  cause: Cause;
  /** False: this version does not run vendors yet, and says so. */
  supported: boolean;
}
