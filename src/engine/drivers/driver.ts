import type { SharingEnvironment } from "../../config/resolve-environment.ts";
import type { ExitStatus } from "../../model/cause.ts";
import type { ContainerSpec, PullPolicy } from "../../model/container.ts";
import type { Failure } from "../../model/failure.ts";
import type { UnitId } from "../../model/ids.ts";
import type { InspectedContainer } from "../../model/inspection.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { UnitUsage } from "../../model/usage.ts";
import type { FailureOr } from "../failure-or.ts";
import type { HeldProcess } from "../process/identity.ts";
import type { Markers } from "../process/markers.ts";
import type { UnitProcessesTarget } from "../process/unit-processes.ts";
import type { ContainerState } from "../vendors/docker.ts";

/** All that a driver needs to start one generation of a unit. */
export interface Launch {
  unit: UnitId;
  service: ServiceSpec;
  index: number;
  generation: number;
  env: SharingEnvironment;
  /** Port name → number. */
  ports: Record<string, number>;
  /** The binary that its build made; null where it has no build. */
  artifact: string | null;
  /** How it runs in a container; null: as a process. */
  container: ContainerSpec | null;
  /** When its image is fetched, where that is to differ from the config. */
  pull: PullPolicy | null;
}

/** What must be known of any running generation after the daemon's death. */
interface AnyRecord {
  unit: UnitId;
  service: string;
  index: number;
  generation: number;
  /** Of the leader; of a container: of its first process, as its engine tells. */
  pid: number;
  ports: Record<string, number>;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Real path of what was executed, for identity and so that its binary is kept; null where unknown. */
  executable: string | null;
  /** True once it was ready, so that the next daemon checks whether it is live even if it never says so again. */
  hasBeenReady?: boolean;
}

/** Of a generation that runs in a container. */
export interface ContainerRecord extends AnyRecord {
  kind: "container";
  /** Sixty-four hex digits. */
  container: string;
  containerName: string;
  /** The name of what it is made of. */
  image: string;
}

/** Of a generation that runs as processes of this machine. */
export interface ProcessRecord extends AnyRecord {
  /** Not there in what was written before there were containers. */
  kind?: "process";
  startTicks: number;
  pgid: number;
  sid: number;
  bootId: string;
  /** True for an adopted stray, whose environment is not of our making. */
  isStray?: boolean;
  /** True for an adopted stray that does not write to a file of ours. */
  outputElsewhere?: boolean;
}

/** What must be known to find a running generation again after the daemon's death. Plain data, kept in state.json. */
export type RunRecord = ProcessRecord | ContainerRecord;

/** A stray that is to become a replica. */
export type AdoptableStray = AdoptableProcess | AdoptableContainer;

/** One that is a process: held, so that its pid is certainly its own. */
export interface AdoptableProcess {
  kind: "process";
  service: string;
  held: HeldProcess;
  executable: string | null;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** TCP ports that it listens on. */
  ports: readonly number[];
  /** Of a leftover: the replica and the generation that it says to be. */
  markers: Markers | null;
}

/** One that is a container. */
export interface AdoptableContainer {
  kind: "container";
  service: string;
  /** The replica that its labels say it is, and that it has its name and volumes from. */
  index: number;
  state: ContainerState;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Ports inside, and where each is published. */
  published: readonly { inner: number; hostPort: number }[];
}

/** What a readiness check says, each time that it changes its mind. */
export interface Readiness {
  passing: boolean;
  /** What was asked, as a person would say it: `GET /healthz on port 8080`. */
  probe: string;
  detail: string;
}

/** What a liveness check says once it has failed as often as it may. */
export type Fault = Pick<Readiness, "probe" | "detail">;

/**
 * A stop under way. `done` always resolves; `survivors` are pids that outlived SIGKILL, `failure` says why it is not
 * known to have ended, where that is not by pids.
 */
export interface Termination {
  done: Promise<{ survivors: number[]; failure?: Failure }>;
  /** Skips what is left of the grace period. */
  kill(): void;
}

/** One generation that runs. */
export interface Running {
  readonly record: RunRecord;
  /** True where this daemon did not spawn it, so that its exit status stays unknown. */
  readonly isAdopted: boolean;
  /** How its processes are found; null for what runs in a container. */
  readonly processes: UnitProcessesTarget | null;
  /** What its engine says of its container, for whoever looks. Only of what runs in one. */
  inspectContainer?(): Promise<InspectedContainer>;
  /** What it takes, for as long as somebody looks: a sample a second. Only of what runs in a container. */
  watchUsage?(listener: (usage: UnitUsage) => void): () => void;
  /** Resolves once, when the leader has ended. */
  readonly exited: Promise<ExitStatus>;
  /** Checks readiness until the result is called; `onChange` hears the first verdict and every change. */
  watchReadiness(onChange: (readiness: Readiness) => void): () => void;
  /** Checks whether it is live until the result is called; `onFault` hears each verdict that it is not. */
  watchLiveness(onFault: (fault: Fault) => void): () => void;
  /** True where it stands still because of a SIGSTOP, ours or anybody's. Asks the system. */
  isPaused(): boolean;
  /** Makes it stand still. False where it is not let; what has ended is no reason to say so. */
  pause(): boolean | Promise<boolean>;
  /** Lets it go on. */
  resume(): void;
  /** Ends the whole tree, also what a leader that is gone left behind. To be called once. */
  terminate(graceMs: number): Termination;
  /** Lets go without stopping anything. */
  release(): void;
}

/** How units of one kind are carried out. */
export interface Driver {
  /** @param signal aborted where the start is not wanted any more: it then fails soon, or is told as started */
  start(launch: Launch, signal: AbortSignal): Promise<FailureOr<{ running: Running }>>;
  /**
   * The running generation again, if the record still means the same one; else null. A container's engine cannot be
   * asked at once, so there it is taken to run until it turns out otherwise.
   */
  adopt(launch: Launch, record: RunRecord): Running | null;
}
