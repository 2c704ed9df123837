/** The first frame of the dashboard with its daemon running, against the time Node takes to run an empty file. */
import { againstEmptyNode } from "./lib/against-empty-node.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";

await againstEmptyNode("first-frame", 15, async (fleet) => {
  const openedAt = performance.now();
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  const shownAt = await terminal.when((text) => text.includes("20 ready"));
  terminal.kill();
  return shownAt - openedAt;
});
