import type { Blocker } from "../../model/replica.ts";

/** A few words about what holds a unit back: `catalog ready`, `build`, `port 8082`. */
export function blockerInShort(blocker: Blocker): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} ${blocker.condition}`;
    case "build":
      return "build";
    case "port":
      return `port ${blocker.port}`;
  }
}

/** The same as part of a sentence that begins with `waits for`. */
export function describeBlocker(blocker: Blocker): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} to be ${blocker.condition} (now ${blocker.now})`;
    case "build":
      return `its build (${blocker.status})`;
    case "port": {
      const { holder, port } = blocker;
      if (holder === null) return `port ${port}, which is taken`;
      return `port ${port}, taken by pid ${holder.pid} (${holder.unit ?? holder.command})`;
    }
  }
}
