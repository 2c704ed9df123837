import type { ServiceSpec } from "../model/service.ts";
import { defaultSupervise } from "./resolve-supervise.ts";

/** A service about which no file says anything: every setting as it is unless told otherwise, and nothing to build. */
export function defaultService(name: string, dir: string, file: string): ServiceSpec {
  return {
    name,
    dir,
    file,
    build: { kind: "none" },
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
    supervise: defaultSupervise,
    stop: { signal: "SIGTERM", graceMs: 10_000 },
    watch: { paths: [dir], packages: [], ignore: [], debounceMs: 200 },
    oneshot: false,
    autostart: true,
    rerun: null,
    onDependency: "keep",
    detachedChildren: "stop",
    splitStderr: false,
    container: null,
    vendor: null,
  };
}
