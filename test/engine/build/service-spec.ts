import type { BuildSpec, GoSpec, ServiceSpec } from "../../../src/model/service.ts";

/** A service of which only the build matters. */
export function serviceSpec(name: string, dir: string, build: BuildSpec): ServiceSpec {
  return {
    name,
    dir,
    file: `${dir}/service.yml`,
    build,
    run: { kind: "binary", args: [] },
    test: null,
    acceptance: null,
    env: {},
    envFiles: [],
    ports: [],
    scale: 1,
    dependsOn: [],
    ready: null,
    live: null,
    restart: "always",
    supervise: {
      threshold: 5,
      decayMs: 30_000,
      backoffMinMs: 1000,
      backoffMaxMs: 30_000,
      stableMs: 30_000,
      maxFailures: null,
    },
    stop: { signal: "SIGTERM", graceMs: 10_000 },
    watch: { paths: [], ignore: [], debounceMs: 200 },
    oneshot: false,
    autostart: true,
    rerun: null,
    onDependency: "keep",
    detachedChildren: "stop",
    splitStderr: false,
  };
}

/** A Go service with the defaults of the config, but for `changes`. */
export function goService(name: string, dir: string, changes: Partial<GoSpec> = {}): ServiceSpec {
  return serviceSpec(name, dir, { kind: "go", go: { package: ".", tags: [], race: false, ldflags: "", ...changes } });
}
