/** `orchestra ps` against the time Node takes to run an empty file, in turn. */
import { againstEmptyNode } from "./lib/against-empty-node.ts";

await againstEmptyNode("ps", 30, (fleet) => fleet.run("ps"));
