import type { Clock } from "../../lib/clock.ts";
import type { Stray } from "../../model/stray.ts";
import { endContainer } from "../drivers/container/end-container.ts";
import type { ContainerState, Docker, ListedContainer } from "../vendors/docker.ts";
import type { DockerLink } from "../vendors/docker-link.ts";
import { fleetLabel, replicaOfContainer } from "../vendors/labels.ts";
import { type ContainerRelation, describeContainer } from "./describe-container.ts";
import type { StrayCandidate, StrayHold, StraySource } from "./stray-source.ts";

/** What is asked of the engine around. */
export interface ContainerStraysParts {
  fleet: string;
  link: DockerLink;
  clock: Clock;
  /** Somebody looks after this replica's container, or is about to; or ends it already. */
  isLookedAfter(service: string, index: number, container: string): boolean;
  relation(service: string): ContainerRelation;
}

/** An engine that takes longer is as good as none for whoever only looks. */
const limitMs = 3_000;

/**
 * Containers with the fleet's labels that run, and that are on no record. A look is one request and one more for each that is
 * found; afterwards their end is heard of, by the engine's events.
 */
export class ContainerStrays implements StraySource {
  readonly #parts: ContainerStraysParts;

  constructor(parts: ContainerStraysParts) {
    this.#parts = parts;
  }

  covers({ kind }: Stray): boolean {
    return kind === "container";
  }

  async find(isAsked: boolean): Promise<StrayCandidate[] | null> {
    const { link, clock } = this.#parts;
    if (!isAsked && !link.isUp) return null;
    const late = Promise.withResolvers<null>();
    const cancel = clock.after(limitMs, () => late.resolve(null));
    return await Promise.race([this.#find(), late.promise]).finally(cancel);
  }

  async #find(): Promise<StrayCandidate[] | null> {
    const { fleet, link } = this.#parts;
    const docker = await link.docker();
    const listed = await docker.list({ [fleetLabel]: fleet });
    if (!listed.ok) return null;
    const found: StrayCandidate[] = [];
    for (const container of listed.containers) {
      if (!isRunning(container) || this.#isLookedAfter(container)) continue;
      const asked = await docker.inspect(container.id);
      if (!asked.ok) return null;
      if (asked.state !== null && isRunning(asked.state)) found.push(this.#candidate(docker, container, asked.state));
    }
    return found.sort((a, b) => a.stray.startedAt - b.stray.startedAt);
  }

  #isLookedAfter(container: Pick<ListedContainer, "id" | "labels">): boolean {
    const { service, index } = replicaOfContainer(container);
    return this.#parts.isLookedAfter(service, index, container.id);
  }

  #candidate(docker: Docker, container: ListedContainer, state: ContainerState): StrayCandidate {
    const { service } = replicaOfContainer(container);
    const stray = describeContainer(container, state, this.#parts.relation(service));
    return { stray, hold: () => this.#hold(docker, container, state) };
  }

  #hold(docker: Docker, listed: ListedContainer, state: ContainerState): StrayHold {
    const { link, clock } = this.#parts;
    const { id, published } = listed;
    let hasEnded = false;
    let unfollow = (): void => {};
    return {
      isAlive: () => !hasEnded,
      isClaimed: () => this.#isLookedAfter(listed),
      watch(onEnd) {
        const ended = (): void => {
          if (hasEnded) return;
          hasEnded = true;
          unfollow();
          onEnd();
        };
        unfollow = link.follow((event) => {
          if (event.kind === "container" && event.id === id) {
            if (event.action === "die" || event.action === "destroy") ended();
          } else if (event.kind === "connected") {
            // It may have ended, or been run anew, while its engine was away.
            void docker.inspect(id).then((asked) => {
              if (asked.ok && asked.state?.startedAtText !== state.startedAtText) ended();
            });
          }
        });
        return () => unfollow();
      },
      async stop(spec) {
        const ended = await endContainer(docker, id, spec, clock);
        return ended.ok ? null : `could not be stopped: ${ended.failure.message}`;
      },
      adoptable: () => {
        const { startedAt } = state;
        return { kind: "container", ...replicaOfContainer(listed), state, startedAt, published };
      },
      handedOver: () => unfollow(),
    };
  }
}

function isRunning({ status }: Pick<ListedContainer, "status">): boolean {
  return status === "running" || status === "paused" || status === "restarting";
}
