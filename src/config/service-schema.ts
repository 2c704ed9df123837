import * as z from "zod/mini";
import { containerShape, imageSchema } from "./container-schema.ts";
import { env } from "./env-schema.ts";
import { namedPorts, portSource } from "./port-schema.ts";
import { probeSchema } from "./probe-schema.ts";
import { rerunSetting } from "./rerun-schema.ts";
import { choice, count, describe, duration, flag, leaf, Refusal, section, text, texts } from "./schema-kit.ts";
import { isServiceName, serviceNamePattern, toServiceName } from "./service-name.ts";
import { signal } from "./signal-schema.ts";

/** More replicas than this are a slip of the finger. */
const maxScale = 1000;

/** The name of a service, vendor or profile. */
export const nameSchema = leaf({ type: "string", pattern: serviceNamePattern, description: "Its name" }, (input) => {
  const name = typeof input === "number" ? String(input) : input;
  if (typeof name !== "string") return new Refusal(`must be a name, not ${describe(input)}`);
  if (isServiceName(name)) return name;
  return new Refusal("must be letters, digits, dots, _ and -", `write ${toServiceName(name)}`);
});

const condition = choice(["ready", "started", "completed"], "What of it is waited for");

/** `depends_on:` as a list of names, or a map of names to what is waited for. */
export const dependsOnSchema = z.union([z.array(z.string()), z.record(z.string(), condition)]).check(
  z.meta({
    description: "What has to be there first: a list of names, or a map of names to ready, started or completed",
  }),
);

/** `supervise:`, of a fleet or a service. */
export const superviseSchema = section({
  threshold: z.optional(count(1, 1_000_000, "More failures than this, weighed by age, mean backoff; default: 5")),
  decay: z.optional(duration("In this time a failure loses half its weight; default: 30s", { minMs: 1 })),
  backoff: z.optional(
    section({
      min: z.optional(duration("The first backoff; default: 1s")),
      max: z.optional(duration("The longest backoff; default: 30s")),
    }).check(z.meta({ description: "How long a unit that keeps failing is left alone" })),
  ),
  stable: z.optional(duration("After this long without a failure, failures are forgotten; default: 30s")),
  max_failures: z.optional(count(1, 1_000_000, "Give up after this many; default: never, 10 in headless runs")),
}).check(z.meta({ description: "When a unit that keeps failing is restarted" }));

/** `stop:`. */
export const stopSchema = section({
  signal: z.optional(signal("The signal that asks it to end; default: SIGTERM")),
  grace: z.optional(duration("From that signal to SIGKILL; default: 10s")),
}).check(z.meta({ description: "How it is stopped" }));

/** `restart:`. */
export const restartSchema = choice(
  ["always", "on-failure", "never"],
  "When it is started again by itself; default: always",
);

const goSchema = section({
  package: z.optional(text("The package as go build takes it; default: the folder")),
  tags: z.optional(texts("Build tags")),
  race: z.optional(flag("Build with the race detector")),
  ldflags: z.optional(z.string().check(z.meta({ description: "Flags for the linker" }))),
}).check(z.meta({ description: "How the Go program is built" }));

const watchSchema = section({
  paths: z.optional(texts("Files and folders, from the service's folder; default: the folder itself")),
  ignore: z.optional(texts("Patterns of files that do not count")),
  debounce: z.optional(duration("Wait this long for further changes; default: 200ms")),
}).check(z.meta({ description: "The changes on which it is built and started again" }));

const argument = leaf({ type: ["string", "number", "boolean"] }, (input) =>
  typeof input === "string" || typeof input === "number" || typeof input === "boolean"
    ? String(input)
    : new Refusal(`must be text, not ${describe(input)}`),
);

/** `container:`. */
const containerSchema = z
  .union([z.boolean(), section({ image: z.optional(imageSchema), ...containerShape })])
  .check(
    z.meta({ description: "It runs in a container: true for one made of its binary, or the container's settings" }),
  );

const shape = {
  build: z.optional(
    text("The command that builds it; default for Go: go build of the package, for Node: the build script"),
  ),
  go: z.optional(goSchema),
  run: z.optional(
    text("The command that runs it; default for Go: the built binary, for Node: the start script, or main"),
  ),
  args: z.optional(
    z.array(argument).check(z.meta({ description: "Arguments of the built binary, or of what package.json starts" })),
  ),
  test: z.optional(text("The command that tests it; default for Go: go test ./..., for Node: the test script")),
  acceptance: z.optional(text("The command that tests the running service")),
  env: z.optional(env("Environment variables; values may use ${NAME}")),
  env_file: z.optional(texts("Files of NAME=value lines, from the service's folder")),
  port: z.optional(portSource("Its port: a number, auto, or a range of which each replica has one")),
  ports: z.optional(namedPorts("Several ports by name")),
  scale: z.optional(count(1, maxScale, "How many replicas run; default: 1")),
  depends_on: z.optional(dependsOnSchema),
  ready: z.optional(probeSchema),
  live: z.optional(probeSchema),
  restart: z.optional(restartSchema),
  supervise: z.optional(superviseSchema),
  stop: z.optional(stopSchema),
  watch: z.optional(watchSchema),
  rerun: z.optional(rerunSetting("Build and start again on changes; default: what orchestra.yml says")),
  oneshot: z.optional(flag("It ends by itself, and has then done its work")),
  autostart: z.optional(flag("It is started with the fleet; default: true")),
  on_dependency: z.optional(choice(["keep", "restart"], "What a restart of a dependency means for it; default: keep")),
  detached_children: z.optional(choice(["stop", "keep"], "What becomes of processes it leaves behind; default: stop")),
  container: z.optional(containerSchema),
  split_stderr: z.optional(flag("Keep stderr in a file of its own")),
};

/** A service.yml. */
export const serviceSchema = section({ name: z.optional(nameSchema), ...shape }).check(
  z.meta({
    title: "service.yml",
    description: "A service of an Orchestra fleet; an empty file is a Go or Node service",
  }),
);

/** One entry of `services:` in orchestra.yml. */
export const serviceEntrySchema = section({
  dir: z.optional(text('Its folder, or a pattern such as "cmd/*" for one service a folder; default: its name')),
  ...shape,
});

/** A service as its file gives it. */
export type ServiceInput = z.output<typeof serviceEntrySchema>;

/** `supervise:` as its file gives it. */
export type SuperviseInput = z.output<typeof superviseSchema>;
