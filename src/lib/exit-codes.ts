/** The exit codes of every verb; README lists them for users. */
export const exitCodes = {
  ok: 0,
  /** A service, build or test failed. */
  failed: 1,
  /** Usage or config. */
  usage: 2,
  /** Could not find out: daemon or Docker unreachable. */
  unreachable: 3,
  bug: 70,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const;
