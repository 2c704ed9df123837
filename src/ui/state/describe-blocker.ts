import type { Blocker } from "../../model/replica.ts";
import { describeStray, type NamedStray, strayArgument } from "../../model/stray.ts";
import { cleanText } from "../text/clean-text.ts";
import { cut } from "../text/display-width.ts";

const commandWidth = 40;
const mostNamed = 2;

/** A few words about what holds a unit back: `catalog ready`, `build`, `port 8082`. */
export function blockerInShort(blocker: Blocker): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} ${blocker.condition}`;
    case "build":
      return "build";
    case "port":
      return `port ${blocker.port}`;
    case "strays":
      if (blocker.strays.length === 0) return "a look around";
      return blocker.strays.length > mostNamed
        ? `${blocker.strays.length} strays`
        : `stray ${blocker.strays.map(strayArgument).map(cleanText).join(", ")}`;
    case "docker":
      return "Docker";
    case "endingStrays":
      return "a stray to end";
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
    case "strays":
      if (blocker.strays.length === 0) return "a look for what already runs of it";
      if (blocker.strays.length > mostNamed) {
        const isAllProcesses = blocker.strays.every(({ container }) => container == null);
        return `your word on ${blocker.strays.length} ${isAllProcesses ? "processes" : "strays"} started outside`;
      }
      return `your word on ${blocker.strays.map(strayInShort).join(" and ")}, started outside`;
    case "docker":
      return `Docker: ${blocker.detail}`;
    case "endingStrays":
      return `the end of ${blocker.strays.map(strayInShort).join(" and ")}, started outside`;
  }
}

/** Its pid is what a person needs, and stands at the end. */
function strayInShort(stray: NamedStray): string {
  const command = cut(cleanText(stray.command), commandWidth);
  return cleanText(describeStray({ ...stray, command }));
}
