import { join, resolve } from "node:path";

const programs = resolve(import.meta.dirname, "../../fixtures/programs");

/** A service of the fleet under test, and what may be done to it. */
export interface ChaosService {
  name: string;
  /** Lines of its entry in orchestra.yml. */
  config: string[];
  dependsOn: string[];
  /** It may be scaled from 0 up to this; null: not at all. */
  maxScale: number | null;
  isBuilt: boolean;
  /** It never comes to rest while it is wanted: it ends by itself. */
  isRestless: boolean;
  /** Its child holds its port, and when that dies alone nobody notices: the service runs on without ever being ready. */
  isBlind: boolean;
  /** `once` and `filler` have their own steps in a round. */
  isSpecial: boolean;
}

/** The oneshot whose runs are counted. */
export const oneshot = "once";
/** Fills the disk while it runs. */
export const filler = "filler";

const sh = (program: string): string => `run: sh ${join(programs, program)}`;
const node = (program: string): string => `run: ${process.execPath} ${join(programs, program)}`;

function service(name: string, config: string[], more: Partial<ChaosService> = {}): ChaosService {
  const plain = { dependsOn: [], maxScale: null, isBuilt: false, isRestless: false, isBlind: false, isSpecial: false };
  return { name, config, ...plain, ...more };
}

/**
 * The services: each program of fixtures/programs that is nasty to whoever has to end it, beside well-behaved ones with
 * dependents, replicas and ports. `isSmall`: fewer of those that need a Node of their own. `port` is free.
 */
export function chaosServices({ isSmall, port }: { isSmall: boolean; port: number }): ChaosService[] {
  const small = [
    service("db", [sh("numbers-lines.sh")]),
    service("api", [node("listens-and-numbers.mjs"), `port: ${port}`, "ready: {http: /}", "depends_on: [db]"], {
      dependsOn: ["db"],
    }),
    service("web", [sh("numbers-lines.sh"), "depends_on: {api: ready, db: started}", "on_dependency: restart"], {
      dependsOn: ["api", "db"],
    }),
    service("herd", [sh("numbers-lines.sh"), "scale: 2"], { maxScale: 5 }),
    service("forker", [sh("double-forks.sh")]),
    service("hidden", [sh("double-forks.sh"), "env: {HIDES: '1'}"]),
    service("bare", [sh("overwrites-its-environment.sh")]),
    service("heirs", [sh("children-ignore-sigterm.sh")]),
    service("halts", [sh("stops-itself.sh")]),
    service("built", ['build: "sleep 0.1"', sh("numbers-lines.sh")], { isBuilt: true }),
    service("crasher", [sh("numbers-lines.sh"), "env: {COUNT: '4', CODE: '1'}"], { isRestless: true }),
    service(oneshot, [sh("counts-its-runs.sh"), "oneshot: true", "autostart: false"], { isSpecial: true }),
    service(filler, [sh("fills-the-disk.sh"), "autostart: false"], { isSpecial: true }),
  ];
  if (isSmall) return small;
  return [
    ...small,
    service("pool", [node("listens-and-numbers.mjs"), "port: auto", "scale: 2"], { maxScale: 3 }),
    service("family", [node("forks-a-grandchild.mjs"), "env: {CHILD_LEAVES: '1'}"]),
    service(
      "sect",
      [node("detaches-a-child.mjs"), "port: auto", "env: {HOW: double-fork, STUBBORN: '1', LISTENS: '1'}"],
      { isBlind: true },
    ),
    service("ghost", [node("detaches-a-child.mjs"), "env: {HOW: setsid, HIDES: '1', STUBBORN: '1'}"]),
    service("proxy", [node("child-holds-the-port.mjs"), "port: auto"], { isBlind: true }),
    service("deaf", [node("ignores-sigterm.mjs")]),
    service("slow", [node("slow-to-stop.mjs"), "env: {STOP_MS: '300'}"]),
  ];
}

/**
 * The fleet's orchestra.yml. Failures never add up to a backoff, so that a fleet that is left alone comes to rest.
 *
 * @param notes the folder where its programs note what they do
 */
export function chaosConfig(services: readonly ChaosService[], notes: string): string {
  const entries = services.flatMap(({ name, config, isRestless }) => {
    const supervise = isRestless ? ["supervise: {threshold: 3, backoff: {min: 300ms, max: 1s}}"] : [];
    return [`  ${name}:`, ...[...config, ...supervise, "stop: {grace: 700ms}"].map((line) => `    ${line}`)];
  });
  const env = `env: {NOTES: ${notes}, PAUSE: "0.25"}`;
  return ["strays: stop", env, "supervise: {threshold: 100000}", "services:", ...entries, ""].join("\n");
}

/** The services, and all that they depend on. */
export function withDependencies(services: readonly ChaosService[], names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const dependency of services.find((s) => s.name === name)?.dependsOn ?? []) visit(dependency);
  };
  for (const name of names) visit(name);
  return [...found];
}
