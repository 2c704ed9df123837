import type { ContainerSpec } from "./container.ts";
import type { VendorTraits } from "./vendor-traits.ts";
/** When a dependency no longer holds its dependents back. `completed` is for one-shots. */
export type DependencyCondition = "started" | "ready" | "completed" | "stopped";

export interface Dependency {
  /** A service or a vendor of the same fleet. */
  name: string;
  condition: "started" | "ready" | "completed";
}

/** What a probe does; where it applies to a port, `port` is a port name, a number, or null for the first port. */
export type ProbeAction =
  | {
      kind: "http";
      path: string;
      port: string | number | null;
      host: string;
      status: number | null;
      headers: Record<string, string>;
    }
  | { kind: "tcp"; port: string | number | null; host: string }
  | { kind: "exec"; command: string }
  /** A JavaScript regular expression, searched in every line of the generation's log. */
  | { kind: "log"; pattern: string };

export interface ProbeSpec {
  action: ProbeAction;
  intervalMs: number;
  timeoutMs: number;
  /** Successes in a row until it counts as passing. */
  successThreshold: number;
  /** Failures in a row until it counts as failing. */
  failureThreshold: number;
  /** No probe before this many milliseconds after the start. */
  delayMs: number;
}

/** Where a port number comes from. A range gives replica n its n-th number. */
export type PortSource =
  | { kind: "fixed"; port: number }
  | { kind: "auto" }
  | { kind: "range"; from: number; to: number };

export interface PortSpec {
  /** `http` where only `port:` is given. The first of a service is in `PORT`, any other in `PORT_<NAME>`. */
  name: string;
  source: PortSource;
}

export interface GoSpec {
  /** Package path as `go build` takes it, relative to the service's folder. */
  package: string;
  tags: string[];
  race: boolean;
  ldflags: string;
}

/** How a service becomes something that can be run. */
export type BuildSpec = { kind: "none" } | { kind: "go"; go: GoSpec } | { kind: "command"; command: string };

/** How a service is run: a command line, or the binary that its build made. */
export type RunSpec = { kind: "command"; command: string } | { kind: "binary"; args: string[] };

export type RestartMode = "always" | "on-failure" | "never";

export interface StopSpec {
  /** A signal name, `SIGTERM`; null: what the image says, which is SIGTERM where it says nothing. */
  signal: string | null;
  /** The grace period. */
  graceMs: number;
}

export interface WatchSpec {
  paths: string[];
  /** Folders of packages of the same repository that a Node service is made of, as real paths. */
  packages: string[];
  ignore: string[];
  debounceMs: number;
}

/** What `rerun:` says. */
export interface RerunSpec {
  isOn: boolean;
  /** Tests are run before what runs is replaced. */
  withTests: boolean;
}

/** The numbers of the restart policy; DESIGN: Supervision. */
export interface SupervisePolicy {
  threshold: number;
  decayMs: number;
  backoffMinMs: number;
  backoffMaxMs: number;
  stableMs: number;
  /** Null: never gives up. */
  maxFailures: number | null;
}

/** Something built and run from source, as configured; every default is filled in, every path absolute. */
export interface ServiceSpec {
  name: string;
  dir: string;
  /** The file that describes it: its service.yml, or orchestra.yml. */
  file: string;
  build: BuildSpec;
  run: RunSpec;
  test: string | null;
  acceptance: string | null;
  env: Record<string, string>;
  /** Contents of its env files, in order, read when the config was read. */
  envFiles: EnvFile[];
  ports: PortSpec[];
  scale: number;
  dependsOn: Dependency[];
  ready: ProbeSpec | null;
  live: ProbeSpec | null;
  restart: RestartMode;
  supervise: SupervisePolicy;
  stop: StopSpec;
  watch: WatchSpec;
  oneshot: boolean;
  autostart: boolean;
  /** Null: as the fleet says. */
  rerun: RerunSpec | null;
  onDependency: "keep" | "restart";
  detachedChildren: "stop" | "keep";
  splitStderr: boolean;
  /** How it runs in a container; null: as processes of this machine. */
  container: ContainerSpec | null;
  /** Null for what is built and run from source. */
  vendor: VendorTraits | null;
}

export interface EnvFile {
  path: string;
  values: Record<string, string>;
}
