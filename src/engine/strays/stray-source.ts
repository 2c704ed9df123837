import type { StopSpec } from "../../model/service.ts";
import type { Stray } from "../../model/stray.ts";
import type { AdoptableStray } from "../drivers/driver.ts";

/** One kind of stray: where they are found, and what can be done to them. */
export interface StraySource {
  /** True for a stray that this source has found. */
  covers(stray: Stray): boolean;
  /**
   * All that there are now, oldest first. Null where it cannot be seen: what was known stands. `isAsked`: somebody wants to
   * know, so that it may cost something. Never rejects.
   */
  find(isAsked: boolean): Promise<StrayCandidate[] | null>;
}

/** A stray that was found. */
export interface StrayCandidate {
  /** `asked`, until somebody decides about it. */
  stray: Stray;
  /** Takes it in hand. Null where it is gone, or its name is another's by now. */
  hold(): StrayHold | null;
}

/** A stray in hand: what is done is certainly done to it. */
export interface StrayHold {
  isAlive(): boolean;
  /** True once somebody looks after it: then it is no stray any more. */
  isClaimed(): boolean;
  /** Calls back once, where it ends or is claimed by somebody. Let go of by the result, and the stray with it. */
  watch(onEnd: () => void): () => void;
  /** Ends it, all of it. Resolves when it is gone: null, or what is left of it, in words. */
  stop(spec: StopSpec): Promise<string | null>;
  /** What it is to a driver that takes it over. */
  adoptable(): AdoptableStray;
  /** A driver has taken it over, and what holds it with it. */
  handedOver(): void;
}
