import { shellQuote } from "../lib/shell-quote.ts";
import type { NodePackage } from "./node-package.ts";
import type { PackageManager, PackageManagerName } from "./package-manager.ts";

/** What the commands of a Node service are decided by. */
export interface NodeFacts {
  package: Pick<NodePackage, "main" | "scripts">;
  manager: Pick<PackageManager, "name" | "hasOwnShell" | "isPlugAndPlay">;
  /** Arguments that the config adds to what runs. */
  args: readonly string[];
  /** Tells whether there is a file, by its path relative to the service's folder. */
  exists: (file: string) => boolean;
}

/** How a Node service is built, run and tested: command lines for its folder; null where there is nothing to do so. */
export interface NodeCommands {
  build: string | null;
  run: string | null;
  test: string | null;
  /** The script that `run` is, word for word; null where the package manager runs it, or it is none. */
  script: string | null;
}

/** What `npm init` writes where there are no tests. */
const noTests = /^echo\s+(["'\\]*)Error: no test specified\1?.*exit 1$/;

/** Where npm looks for a program that nothing is said about, and other names that are usual. */
const usualFiles = ["index.js", "index.mjs", "index.cjs", "server.js", "server.mjs", "server.cjs"];

/** Programs, and words of a script, that ask who runs the script. */
const asksManager = /npm_|\b(?:npm-run-all2?|run-[ps])\b/;

/** Anything by which one shell may differ from another. */
const shellSyntax = /[$`\\|&;<>()*?[\]#~{}!\n]/;

/**
 * The commands that a package.json means: its scripts `start`, `build` and `test`; without `start` its main file, or the
 * usual ones, and at last `dev`. The package manager runs them, except where `run` can be the script itself, so that the
 * program is not the grandchild of what is supervised.
 */
export function nodeCommands(facts: NodeFacts): NodeCommands {
  const { scripts } = facts.package;
  const { name } = facts.manager;
  const test = scripts.get("test");
  const run = runOf(facts);
  // What is run to develop makes what it needs by itself, and runs where the rest does not build.
  const isBuilt = scripts.has("build") && run.entry !== "dev";
  return {
    build: isBuilt ? scriptCommand(name, "build") : null,
    run: run.command,
    test: test === undefined || noTests.test(test) ? null : scriptCommand(name, "test"),
    script: run.script,
  };
}

/** As a person would type it: `npm start`, `pnpm test`, `bun run build`. */
export function scriptCommand(manager: PackageManagerName, script: string): string {
  // `bun test` is bun's own, and so are words that scripts may be called by.
  const isShort = manager !== "bun" && (script === "start" || script === "test");
  return isShort ? `${manager} ${script}` : `${manager} run ${script}`;
}

/** `entry`: where a person would begin to read. `script`: the one that `command` is, word for word. */
interface Run {
  command: string | null;
  entry: "start" | "dev" | null;
  script: string | null;
}

function runOf(facts: NodeFacts): Run {
  const { scripts } = facts.package;
  if (scripts.has("start")) return runScript("start", facts);
  const file = mainFile(facts);
  if (file !== null) {
    const node = facts.manager.isPlugAndPlay ? "yarn node" : "node";
    return { command: line(node, [file, ...facts.args]), entry: null, script: null };
  }
  return scripts.has("dev") ? runScript("dev", facts) : { command: null, entry: null, script: null };
}

function runScript(entry: "start" | "dev", facts: NodeFacts): Run {
  const { manager, args } = facts;
  const script = innermost(entry, facts);
  if (script !== null) {
    return { command: line(facts.package.scripts.get(script) ?? "", args), entry, script };
  }
  const separator = manager.name === "npm" && args.length > 0 ? ["--"] : [];
  return { command: line(scriptCommand(manager.name, entry), [...separator, ...args]), entry, script };
}

/** The script that does the work where one only names another (`npm run serve`); null where the manager has to run it. */
function innermost(entry: string, facts: NodeFacts): string | null {
  const { scripts } = facts.package;
  const passed = new Set<string>();
  for (let script = entry; !passed.has(script); ) {
    const text = scripts.get(script);
    if (text === undefined || !isPlain(script, text, facts)) return null;
    passed.add(script);
    const [, manager, next] = /^(npm|pnpm|yarn|bun) run ([\w:.-]+)$/.exec(text) ?? [];
    if (next === undefined) return script;
    // Arguments would have to be handed on in another way, and another manager has other rules.
    if (manager !== facts.manager.name || facts.args.length > 0) return script;
    script = next;
  }
  return null;
}

/** True where the script alone does what the package manager would do with it. */
function isPlain(script: string, text: string, { package: { scripts }, manager }: NodeFacts): boolean {
  if (scripts.has(`pre${script}`) || scripts.has(`post${script}`)) return false;
  if (manager.isPlugAndPlay || manager.hasOwnShell || asksManager.test(text)) return false;
  // These two have a shell of their own; the others give it to `sh`, as is done with any command.
  const isOwnShell = manager.name === "yarn" || manager.name === "bun";
  return !(isOwnShell && shellSyntax.test(text));
}

/** What `main` names, as node finds it, or a usual file. What is not there yet may be what the build makes. */
function mainFile({ package: { main, scripts }, exists }: NodeFacts): string | null {
  if (main !== null) {
    const found = [main, `${main}.js`, `${main}/index.js`].find((file) => /\.\w+$/.test(file) && exists(file));
    if (found !== undefined) return found;
    if (scripts.has("build")) return main;
  }
  return usualFiles.find(exists) ?? null;
}

function line(command: string, args: readonly string[]): string {
  return [command, ...args.map((arg) => (/^[\w./:=,@%+-]+$/.test(arg) ? arg : shellQuote(arg)))].join(" ");
}
