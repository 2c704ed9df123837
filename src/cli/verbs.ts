import type { Verb } from "./verb.ts";

/** A verb before it is loaded: only the one that is called is imported, since the others would cost start-up time. */
export interface VerbEntry {
  name: string;
  alias?: string;
  summary: string;
  load: () => Promise<Verb>;
}

/** Every verb, in the order of the help text. */
export const verbs: readonly VerbEntry[] = [
  {
    name: "init",
    summary: "find what could be a service, and write its configuration",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "start",
    alias: "up",
    summary: "start services, with what they depend on, and wait until they are ready",
    load: async () => (await import("./commands/start.ts")).start,
  },
  {
    name: "stop",
    summary: "stop services and wait until they are gone",
    load: async () => (await import("./commands/stop.ts")).stop,
  },
  {
    name: "kill",
    summary: "stop services without a grace period",
    load: async () => (await import("./commands/kill.ts")).kill,
  },
  {
    name: "restart",
    summary: "stop and start services, and wait until they are ready",
    load: async () => (await import("./commands/restart.ts")).restart,
  },
  {
    name: "build",
    summary: "build services without touching what runs",
    load: async () => (await import("./commands/build.ts")).build,
  },
  {
    name: "rebuild",
    summary: "build services, then restart them",
    load: async () => (await import("./commands/rebuild.ts")).rebuild,
  },
  {
    name: "rerun",
    summary: "build services and replace what has become another program; or say whether they follow their sources",
    load: async () => (await import("./commands/rerun.ts")).rerun,
  },
  {
    name: "pause",
    summary: "hold services still where they are (SIGSTOP), until they are resumed",
    load: async () => (await import("./commands/pause.ts")).pause,
  },
  {
    name: "resume",
    summary: "let paused services go on, and wait until they are ready",
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  {
    name: "scale",
    summary: "change how many replicas a service has, until the fleet goes down",
    load: async () => (await import("./commands/scale.ts")).scale,
  },
  {
    name: "down",
    summary: "stop everything and end the daemon",
    load: async () => (await import("./commands/down.ts")).down,
  },
  {
    name: "run",
    summary: "run a command in a service's folder, with its environment",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "test",
    summary: "run the tests of services, and their acceptance tests against what runs",
    load: async () => (await import("./commands/test.ts")).test,
  },
  {
    name: "wait",
    summary: "wait until services are ready, started, stopped or completed",
    load: async () => (await import("./commands/wait.ts")).wait,
  },
  {
    name: "ps",
    summary: "show every service and its replicas",
    load: async () => (await import("./commands/ps.ts")).ps,
  },
  {
    name: "why",
    summary: "tell why something is as it is; without a name, of all that is not well",
    load: async () => (await import("./commands/why.ts")).why,
  },
  {
    name: "logs",
    summary: "show what services wrote",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "env",
    summary: "show the environment that a service gets",
    load: async () => (await import("./commands/env.ts")).env,
  },
  {
    name: "check",
    summary: "check the configuration and print every mistake",
    load: async () => (await import("./commands/check.ts")).check,
  },
  {
    name: "clean",
    summary: "remove old logs and binaries that nothing uses",
    load: async () => (await import("./commands/clean.ts")).clean,
  },
  {
    name: "strays",
    summary: "look at what may be services already; adopt, stop or ignore them",
    load: async () => (await import("./commands/strays.ts")).strays,
  },
  {
    name: "vendors",
    summary: "look at the backing services in Docker: how they are, up, down, pull, logs, prune, exec",
    load: async () => (await import("./commands/vendors.ts")).vendors,
  },
  {
    name: "doctor",
    summary: "check what the fleet needs of this machine, and say what to do",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "daemon",
    summary: "look at, stop or replace the daemon of this fleet",
    load: async () => (await import("./commands/daemon.ts")).daemon,
  },
  {
    name: "completion",
    summary: "print a script that makes bash, zsh or fish complete verbs, options and names",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
