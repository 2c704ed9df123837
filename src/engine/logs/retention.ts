/** What the decision needs to know of one log file and its sidecar. */
export interface KeptFile {
  service: string;
  /** Of the file and its sidecar. */
  bytes: number;
  /** When it was last written to, milliseconds since the epoch. */
  writtenAt: number;
  isLive: boolean;
  /** Of the newest run of its replica: what a person looks at after a crash. */
  isNewest: boolean;
}

export interface RetentionLimits {
  /** Nothing older is kept. */
  keepMs: number;
  /** What the files of one service may take together. */
  maxSizeBytes: number;
}

/**
 * The files to delete: those last written before `keepMs` ago, then per service the oldest until the rest fits. What a
 * service is writing to counts, and is never among them; the newest run of a replica only by its age.
 */
export function chooseExpired<T extends KeptFile>(files: readonly T[], now: number, limits: RetentionLimits): T[] {
  const expired: T[] = [];
  for (const ofService of Map.groupBy(files, (file) => file.service).values()) {
    let bytes = ofService.reduce((sum, file) => sum + file.bytes, 0);
    const oldestFirst = ofService.filter((file) => !file.isLive).sort((a, b) => a.writtenAt - b.writtenAt);
    for (const file of oldestFirst) {
      const isTooOld = file.writtenAt < now - limits.keepMs;
      if (!isTooOld && (file.isNewest || bytes <= limits.maxSizeBytes)) continue;
      expired.push(file);
      bytes -= file.bytes;
    }
  }
  return expired;
}
