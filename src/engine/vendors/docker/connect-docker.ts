import type { ContainerCreateOptions } from "dockerode";
import type { Clock } from "../../../lib/clock.ts";
import { SingleFlight } from "../../../lib/single-flight.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { ContainerState, Docker, ImageFacts } from "../docker.ts";
import { attachExec } from "./attach-exec.ts";
import { buildImage } from "./build-image.ts";
import { containerOptions } from "./container-options.ts";
import { containerState, listedContainer } from "./container-state.ts";
import { findEndpoint } from "./endpoint.ts";
import { type Answer, EngineClient } from "./engine-client.ts";
import { EventFollower } from "./event-follower.ts";
import { ExecRunner } from "./exec-runner.ts";
import { imageFacts } from "./image-facts.ts";
import { labelFilter } from "./label-filter.ts";
import { explainPull } from "./pull-failure.ts";
import { pullImage } from "./pull-image.ts";
import { readLogs } from "./read-logs.ts";
import { explainRefusal } from "./refusal.ts";
import type { RunHelper } from "./registry-login.ts";
import { hasLostNetwork, rejoinNetworks } from "./rejoin-networks.ts";
import { inaccessible } from "./unreachable.ts";
import { watchUsage } from "./watch-usage.ts";

/** How to find the engine, and what it is asked with. */
export interface DockerOptions {
  /** As DOCKER_HOST has it; what `env` says, and then what is usual, unless given. */
  host?: string;
  /** Where DOCKER_HOST and its like, HOME and PATH are read from. */
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Runs a program that knows the login of a registry. */
  runHelper: RunHelper;
}

/**
 * What changes much may take as long: an engine copies an image's files into a new volume while it creates a container,
 * and lets hooks and networks be made while it starts one.
 */
const changeMs = 60_000;

/** The engine for containers, through dockerode. Asks nothing yet: one that is not there is learned by the first request. */
export async function connectDocker(options: DockerOptions): Promise<Docker> {
  const endpoint = findEndpoint(options.host, options.env);
  const client = new EngineClient(endpoint, options.clock);
  const events = new EventFollower(client, options.clock);
  const execs = new ExecRunner(client);
  const watches = new Set<() => void>();
  const networksUnderWay = new SingleFlight<FailureOr<object>>();
  const { env, clock, runHelper } = options;
  const change = { timeoutMs: changeMs };

  return {
    endpoint: endpoint.url,

    async version() {
      const answer = await client.ask((api) => api.version());
      if (answer.kind === "refused") {
        return { ok: false, failure: inaccessible(endpoint.url, answer.refusal.words) };
      }
      return settle("engine", answer, ({ Version, ApiVersion }) => ({
        version: Version,
        apiVersion: ApiVersion,
        isLocal: endpoint.isLocal,
      }));
    },

    async list(labels) {
      const query = { all: true, filters: labelFilter(labels) };
      const answer = await client.ask((api, abortSignal) => api.listContainers({ ...query, abortSignal }));
      return settle("list", answer, (containers) => ({ containers: containers.map(listedContainer) }));
    },

    async inspect(container) {
      const answer = await client.ask((api, abortSignal) => api.getContainer(container).inspect({ abortSignal }));
      return settle(container, answer, (info): { state: ContainerState | null } => ({ state: containerState(info) }), {
        statuses: { 404: { state: null } },
      });
    },

    async create(plan) {
      const request = containerOptions(plan);
      const { name, ...body } = request;
      // Otherwise dockerode writes all of it, environment included, into the address as well.
      const told = { _query: { name }, _body: body } as ContainerCreateOptions;
      const answer = await client.ask((api, abortSignal) => api.createContainer({ ...told, abortSignal }), change);
      return settle(plan.name, answer, ({ id }) => ({ id }));
    },

    async start(container) {
      const begin = () => client.ask((api, abortSignal) => api.getContainer(container).start({ abortSignal }), change);
      let answer = await begin();
      if (answer.kind === "refused" && hasLostNetwork(answer.refusal)) {
        await rejoinNetworks(client, container);
        answer = await begin();
      }
      return settle(container, answer, nothing, { statuses: { 304: {} } });
    },

    async signal(container, signal) {
      const answer = await client.ask((api, abortSignal) => api.getContainer(container).kill({ signal, abortSignal }));
      return settle(container, answer, nothing, { statuses: { 404: {}, 409: {} } });
    },

    async pause(container) {
      const answer = await client.ask((api, abortSignal) => api.getContainer(container).pause({ abortSignal }));
      return settle(container, answer, nothing, { words: { "already paused": {} } });
    },

    async unpause(container) {
      const answer = await client.ask((api, abortSignal) => api.getContainer(container).unpause({ abortSignal }));
      return settle(container, answer, nothing, { words: { "is not paused": {} } });
    },

    async rename(container, name) {
      const answer = await client.ask((api, abortSignal) => api.getContainer(container).rename({ name, abortSignal }));
      return settle(container, answer, nothing);
    },

    async remove(container) {
      const request = { force: true, v: false };
      const answer = await client.ask(
        (api, abortSignal) => api.getContainer(container).remove({ ...request, abortSignal }),
        change,
      );
      return settle(container, answer, nothing, { statuses: { 404: {} }, words: { "is already in progress": {} } });
    },

    exec: (container, argv, told) => execs.run(container, argv, told),
    attachExec: (container, argv, ends) => attachExec(client, container, argv, ends),
    logs: (container, told, onPiece) => readLogs(client, container, told, onPiece),
    watchUsage(container, listener) {
      const stop = watchUsage(client, clock, container, listener);
      watches.add(stop);
      return () => {
        watches.delete(stop);
        stop();
      };
    },

    async image(reference) {
      const answer = await client.ask((api) => api.getImage(encodeURI(reference)).inspect());
      // It is no reference at all: the words are those of a pull.
      if (answer.kind === "refused" && answer.refusal.status === 400) {
        return { ok: false, failure: explainPull(reference, answer.refusal.words, false) };
      }
      return settle(reference, answer, (info): { image: ImageFacts | null } => ({ image: imageFacts(info) }), {
        statuses: { 404: { image: null } },
      });
    },

    pull: (reference, told) => pullImage({ client, clock, env, runHelper }, reference, told),
    build: (tag, tar, labels) => buildImage(client, tag, tar, labels),

    async images(labels) {
      const filters = labelFilter(labels);
      const answer = await client.ask((api, abortSignal) => api.listImages({ filters, abortSignal }));
      return settle("images", answer, (images) => ({
        images: images.map(({ Id, RepoTags, Size }) => ({ id: Id, tags: RepoTags ?? [], sizeBytes: Size })),
      }));
    },

    async removeImage(reference) {
      const answer = await client.ask((api) => api.getImage(encodeURI(reference)).remove(), change);
      return settle(reference, answer, nothing, { statuses: { 404: {} } });
    },

    // Engines let two networks have one name, and then start nothing in either.
    ensureNetwork: (name, labels) => networksUnderWay.run(name, () => makeNetwork(client, name, labels)),

    async networks(labels) {
      const filters = labelFilter(labels);
      const answer = await client.ask(async (api, abortSignal) => {
        const listed = await api.listNetworks({ filters, abortSignal });
        // Only a network by itself tells who is in it.
        return Promise.all(listed.map(({ Id }) => api.getNetwork(Id).inspect()));
      });
      return settle("networks", answer, (networks) => ({
        networks: networks.map(({ Id, Name, Containers }) => ({
          id: Id,
          name: Name,
          containers: Object.keys(Containers ?? {}).length,
        })),
      }));
    },

    async removeNetwork(name) {
      const answer = await client.ask((api) => api.getNetwork(name).remove(), change);
      return settle(name, answer, nothing, { statuses: { 404: {} } });
    },

    async ensureVolume(name, labels) {
      // To one that is there already the engine says that it has made it, and leaves it as it is.
      const request = { Name: name, Labels: labels };
      const answer = await client.ask((api, abortSignal) => api.createVolume({ ...request, abortSignal }), change);
      return settle(name, answer, nothing);
    },

    async volumes(labels) {
      const filters = labelFilter(labels);
      const answer = await client.ask((api, abortSignal) => api.listVolumes({ filters, abortSignal }));
      return settle("volumes", answer, ({ Volumes }) => ({
        volumes: (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
      }));
    },

    async volumeUsers(name) {
      const query = { all: true, filters: { volume: [name] } };
      const answer = await client.ask((api, abortSignal) => api.listContainers({ ...query, abortSignal }));
      return settle(name, answer, (containers) => ({ containers: containers.map(listedContainer) }));
    },

    async removeVolume(name) {
      const answer = await client.ask((api) => api.getVolume(name).remove(), change);
      return settle(name, answer, nothing, { statuses: { 404: {} } });
    },

    follow: (label, listener) => events.follow(label, listener),

    close() {
      events.close();
      for (const stop of watches) stop();
      client.close();
    },
  };
}

async function makeNetwork(
  client: EngineClient,
  name: string,
  labels: Record<string, string>,
): Promise<FailureOr<object>> {
  const found = await client.ask((api) => api.getNetwork(name).inspect());
  if (found.kind === "answered") return { ok: true };
  if (found.kind === "unreachable" || found.refusal.status !== 404) return settle(name, found, nothing);
  const request = { Name: name, Labels: labels, Driver: "bridge", CheckDuplicate: true };
  const answer = await client.ask((api, abortSignal) => api.createNetwork({ ...request, abortSignal }), {
    timeoutMs: changeMs,
  });
  return settle(name, answer, nothing, { words: { "already exists": {} } });
}

/** What counts as done though the engine refused: by the status of its answer, or by words in it. */
interface Fine<R> {
  statuses?: Record<number, R>;
  words?: Record<string, R>;
}

function settle<T, R>(
  subject: string,
  answer: Answer<T>,
  read: (value: T) => R,
  { statuses = {}, words = {} }: Fine<R> = {},
): FailureOr<R> {
  if (answer.kind === "answered") return { ok: true, ...read(answer.value) };
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  const { refusal } = answer;
  // Ids in the words hold any three digits that there are, so a status is not looked for there.
  const byWords = Object.entries(words).find(([sign]) => refusal.words.includes(sign));
  const outcome = statuses[refusal.status] ?? byWords?.[1];
  return outcome === undefined ? { ok: false, failure: explainRefusal(subject, refusal) } : { ok: true, ...outcome };
}

function nothing(): object {
  return {};
}
