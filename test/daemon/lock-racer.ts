/* Takes and releases locks as its parent says: `{ take: file }` is answered with `{ isOwner }`, `{ release: true }` with `{}`. */
import { DaemonLock } from "../../src/daemon/lock.ts";

let lock: DaemonLock | null = null;

process.on("message", (order: { take?: string; release?: boolean }) => {
  if (order.take !== undefined) {
    lock = DaemonLock.take(order.take);
    process.send?.({ isOwner: lock !== null });
  } else {
    lock?.release();
    lock = null;
    process.send?.({});
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.({});
