/** What a pane says about its log beside the lines. */
export interface LogFeedStatus {
  /** No page has come yet since the log was chosen. */
  isLoading: boolean;
  /** There is nothing older than the oldest line. */
  isAtStart: boolean;
  /** Newer lines come by themselves. */
  isLive: boolean;
  /** Bytes that went by unseen since the log was chosen, because they came faster than they could be shown. They are on disk. */
  skippedBytes: number;
  /** Within the last second; of what was passed over it is an estimate. */
  linesPerSecond: number;
  /** Older lines are being looked for that match the filter. */
  isFiltering: boolean;
  /** Why no lines come, null while they do. */
  problem: string | null;
}

/** Of a log that has just been chosen. */
export function emptyLogFeedStatus(): LogFeedStatus {
  return {
    isLoading: true,
    isAtStart: false,
    isLive: false,
    skippedBytes: 0,
    linesPerSecond: 0,
    isFiltering: false,
    problem: null,
  };
}
