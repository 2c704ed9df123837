/** Length of a time as Docker puts it in front of what it logs, and of the blank behind it: always the same. */
export const stampBytes = "2026-11-21T18:05:31.500781655Z ".length;

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;

/** The time at this place, without the blank; null where there is none. */
export function stampAt(bytes: Buffer, at: number): string | null {
  if (at + stampBytes > bytes.length) return null;
  const text = bytes.toString("latin1", at, at + stampBytes);
  return stamp.test(text) ? text.slice(0, -1) : null;
}

/** A time of Docker's as its `since` wants it: seconds, a point, nanoseconds. Undefined for "", which asks for all. */
export function sinceOf(time: string): string | undefined {
  const match = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (match === null) return undefined;
  const seconds = Date.parse(`${match[1]}${match[3]}`) / 1000;
  return Number.isNaN(seconds) ? undefined : `${seconds}.${(match[2] ?? "").padEnd(9, "0")}`;
}
