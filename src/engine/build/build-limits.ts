/** A build that takes longer hangs: a cold build of a large Go program with C parts takes some minutes. */
export const buildLimitMs = 30 * 60_000;

/** Builds leave the processor to what already runs. */
export const buildNiceness = 10;
