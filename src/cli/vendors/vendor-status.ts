import type { ContainerState } from "../../engine/vendors/docker.ts";
import type { ContainerFacts } from "../../model/container.ts";
import type { Failure } from "../../model/failure.ts";
import { isAlive, type Phase, type UnitState } from "../../model/replica.ts";
import type { VendorView } from "../../model/snapshot.ts";
import type { UnitUsage } from "../../model/usage.ts";
import { describeState, hintOf } from "../output/describe-state.ts";

/** One vendor as `orchestra vendors` shows it. */
export interface VendorStatus {
  name: string;
  /** Of its unit; where no daemon runs, as far as its container tells. */
  phase: Phase | null;
  /** The phase, or what an engine says of a container that nobody looks after. */
  state: string;
  health: ContainerFacts["health"];
  image: string;
  /** The tag names another image by now than the one that runs. */
  isImageMoved: boolean;
  ports: Record<string, number>;
  /** Milliseconds since the epoch; null where it does not run. */
  upSince: number | null;
  /** Null where nobody has counted. */
  restarts: number | null;
  container: { id: string; name: string } | null;
  usage: Pick<UnitUsage, "cpu" | "memoryBytes"> | null;
  failure: Failure | null;
  /** More than its phase says, where there is more; null where all is said. */
  remark: string | null;
  /** What to do about that; null where nobody knows. */
  hint: string | null;
}

/** A vendor as its daemon knows it. Pure. */
export function statusOfView(
  { name, vendor, replicas }: VendorView,
  usage: UnitUsage | null,
  now: number,
): VendorStatus {
  const [replica] = replicas;
  const facts = replica?.container;
  const phase = replica?.state.phase ?? "stopped";
  const isPlain = phase === "ready" || phase === "stopped" || phase === "completed" || phase === "paused";
  return {
    name,
    phase,
    state: phase,
    health: facts?.health ?? "none",
    image: facts?.image ?? vendor.image,
    isImageMoved: facts?.isImageMoved ?? false,
    ports: replica?.ports ?? {},
    upSince: replica !== undefined && isAlive(phase) ? (replica.startedAt ?? replica.since) : null,
    restarts: replica?.restarts ?? 0,
    container: facts?.id == null ? null : { id: facts.id, name: facts.name },
    usage,
    failure: replica === undefined ? null : "failure" in replica.state ? replica.state.failure : replica.failure,
    remark: replica === undefined || isPlain ? null : describeState(replica, now),
    hint: replica === undefined || isPlain ? null : hintOfState(replica.state),
  };
}

/** A vendor that no daemon looks after, as its container tells. Pure. */
export function statusOfContainer(
  vendor: { name: string; container: { image: string } },
  known: {
    state: ContainerState | null;
    /** What the image's name means now; null where it is not on this machine. */
    imageId: string | null;
    ports: Record<string, number>;
    usage: Pick<UnitUsage, "cpu" | "memoryBytes"> | null;
  },
): VendorStatus {
  const { state, imageId, ports, usage } = known;
  const isRunning = state?.status === "running";
  return {
    name: vendor.name,
    phase: null,
    state: state === null ? "no container" : (words[state.status] ?? state.status),
    health: isRunning ? state.health : "none",
    image: state?.image ?? vendor.container.image,
    isImageMoved: state !== null && imageId !== null && imageId !== state.imageId,
    ports,
    upSince: isRunning ? state.startedAt : null,
    restarts: null,
    container: state === null ? null : { id: state.id, name: state.name },
    usage,
    failure: null,
    remark: null,
    hint: null,
  };
}

function hintOfState(state: UnitState): string | null {
  if (state.phase === "waiting") return state.blockers.find((blocker) => blocker.kind === "docker")?.hint ?? null;
  return "failure" in state && state.failure !== null ? hintOf(state.failure) : null;
}

/** `created` and the like mean something to Docker alone. */
const words: Partial<Record<ContainerState["status"], string>> = {
  created: "stopped",
  exited: "stopped",
  dead: "broken",
};
