import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  ContainerPlan,
  ContainerUsage,
  Docker,
  DockerEvent,
  LogPiece,
} from "../../../../src/engine/vendors/docker.ts";
import { loadDocker } from "../../../../src/engine/vendors/load-docker.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { tarEnd, tarHeader, tarPadding } from "../../../../src/lib/tar.ts";
import type { LayerProgress } from "../../../../src/model/container.ts";
import type { DockerApi } from "../../../helpers/docker/docker-api.ts";
import { bulkyLayers, startDenyingRegistry, startRegistry } from "../../../helpers/docker/registry.ts";
import { sharedDockerEngine } from "../../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../../helpers/docker/test-images.ts";
import { freePort } from "../../../helpers/free-port.ts";
import { describeWith } from "../../../helpers/require.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";

const tarOf = (files: Record<string, string>): Buffer =>
  Buffer.concat([
    ...Object.entries(files).flatMap(([path, text]) => {
      const size = Buffer.byteLength(text);
      return [tarHeader({ path, size, mode: 0o644 }), Buffer.from(text), tarPadding(size)];
    }),
    tarEnd(),
  ]);

describeWith("docker", "a real engine", () => {
  const run = `test-${randomUUID().slice(0, 8)}`;
  const label = { "dev.test.run": run };
  const network = `net-${run}`;
  let api: DockerApi;
  let docker: Docker;

  beforeAll(async () => {
    const engine = await sharedDockerEngine();
    api = engine.api;
    await loadTestImages(api, "busybox", "healthchecked", "keeps-data", "floods", "bare");
    docker = await loadDocker({
      host: engine.host,
      env: { HOME: "/nonexistent", PATH: process.env.PATH },
      clock: systemClock,
    });
    expect(await docker.ensureNetwork(network, label)).toEqual({ ok: true });
  });

  afterAll(async () => {
    docker?.close();
    await api?.sweep(`dev.test.run=${run}`);
  });

  const plan = (told: Partial<ContainerPlan> = {}): ContainerPlan => ({
    name: `${run}-${randomUUID().slice(0, 8)}`,
    image: "busybox",
    command: ["sh", "-c", "trap 'exit 3' TERM; sleep 1000 & wait"],
    entrypoint: null,
    env: {},
    labels: label,
    hostname: "box",
    user: null,
    network,
    aliases: ["box"],
    ports: [],
    mounts: [],
    shmBytes: null,
    ulimits: {},
    init: false,
    extraHosts: {},
    stopSignal: "SIGTERM",
    ...told,
  });
  const begin = async (told: Partial<ContainerPlan> = {}): Promise<string> => {
    const made = plan(told);
    expect(await docker.create(made)).toMatchObject({ ok: true });
    expect(await docker.start(made.name)).toEqual({ ok: true });
    return made.name;
  };
  const stateOf = async (name: string) => {
    const answer = await docker.inspect(name);
    if (!answer.ok || answer.state === null) throw new Error(`no state of ${name}: ${JSON.stringify(answer)}`);
    return answer.state;
  };
  /** A bridge loses the first packets to what has just joined it. */
  const reaches = (name: string, other: string) =>
    waitUntil(`${name} reaches ${other}`, async () => {
      const answer = await docker.exec(name, ["ping", "-c", "1", "-W", "1", other], {});
      return answer.ok && answer.exitCode === 0;
    });
  const ended = (name: string) =>
    waitUntil(`${name} ends`, async () => {
      const state = await stateOf(name);
      return state.status === "exited" && state;
    });
  const logsOf = async (name: string, told: { since?: string; hasTty?: boolean; follow?: boolean } = {}) => {
    const pieces: LogPiece[] = [];
    const options = { since: "", hasTty: false, follow: false, signal: new AbortController().signal, ...told };
    expect(await docker.logs(name, options, (piece) => void pieces.push(piece))).toEqual({ ok: true });
    return pieces;
  };
  const textOf = (pieces: LogPiece[]) => pieces.map(({ bytes }) => bytes.toString());

  test("says its version", async () => {
    expect(await docker.version()).toMatchObject({ ok: true, isLocal: true, version: expect.stringMatching(/^\d+\./) });
  });

  test("runs a container as planned, from its making to its removal", async () => {
    const port = await freePort();
    const volume = `vol-${run}`;
    expect(await docker.ensureVolume(volume, label)).toEqual({ ok: true });
    const name = await begin({
      env: { GREETING: "hello" },
      labels: { ...label, "dev.test.name": "one" },
      user: "12:34",
      ports: [{ inner: 80, protocol: "tcp", hostIp: "127.0.0.1", hostPort: port }],
      mounts: [
        { kind: "volume", name: volume, target: "/data", isReadOnly: true },
        { kind: "anonymous", target: "/own" },
        { kind: "bind", source: "/etc", target: "/host-etc", isReadOnly: true },
        { kind: "tmpfs", target: "/scratch", sizeBytes: 1024 * 1024 },
      ],
      shmBytes: 2 * 1024 * 1024,
      // Not nofile, whose soft limit an engine's exec sometimes raises to the hard one (seen with runc 1.1.5).
      ulimits: { memlock: { soft: 123 * 1024, hard: 456 * 1024 } },
      init: true,
      extraHosts: { far: "10.9.8.7" },
    });
    const state = await stateOf(name);
    expect(state).toMatchObject({
      name,
      status: "running",
      image: "busybox",
      hasTty: false,
      health: "none",
      isOutOfMemory: false,
      finishedAtText: "",
      error: "",
      volumes: { "/data": volume, "/own": expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(state.pid).toBeGreaterThan(0);
    expect(Math.abs(state.startedAt - Date.now())).toBeLessThan(60_000);
    const listed = await docker.list({ ...label, "dev.test.name": "" });
    expect(listed).toMatchObject({
      ok: true,
      containers: [{ id: state.id, name, status: "running", imageId: state.imageId }],
    });
    const script =
      "echo $GREETING $(id -u):$(id -g) $(hostname); ulimit -l; df -k /scratch /dev/shm; grep far /etc/hosts; touch /data/x";
    const seen = await docker.exec(name, ["sh", "-c", script], {});
    expect(seen).toMatchObject({ ok: true, exitCode: 1 });
    const { output } = seen as { output: string };
    for (const text of ["hello 12:34 box\n123\n", " 1024 ", " 2048 ", "10.9.8.7", "Read-only"]) {
      expect(output).toContain(text);
    }
    await waitUntil("its first process is the small init", async () => {
      const answer = await docker.exec(name, ["cat", "/proc/1/comm"], {});
      return answer.ok && answer.output === "docker-init\n";
    });
    expect(await docker.start(name)).toEqual({ ok: true });
    expect(await docker.signal(name, "SIGKILL")).toEqual({ ok: true });
    expect(await ended(name)).toMatchObject({ exitCode: 137, pid: 0, finishedAtText: expect.stringContaining("Z") });
    expect(await docker.signal(name, "SIGTERM")).toEqual({ ok: true });
    expect(await docker.rename(name, `${name}-old`)).toEqual({ ok: true });
    expect(await docker.removeVolume(volume)).toMatchObject({
      ok: false,
      failure: { kind: "container-refused", status: 409 },
    });
    expect(await docker.remove(`${name}-old`)).toEqual({ ok: true });
    expect(await docker.remove(`${name}-old`)).toEqual({ ok: true });
    expect(await docker.inspect(name)).toEqual({ ok: true, state: null });
    expect(await docker.volumes(label)).toMatchObject({ ok: true, volumes: [{ name: volume, labels: label }] });
    expect(await docker.removeVolume(volume)).toEqual({ ok: true });
    expect(await docker.removeVolume(volume)).toEqual({ ok: true });
  });

  test("has one network for a name, with who is in it by their names", async () => {
    expect(await docker.ensureNetwork(network, label)).toEqual({ ok: true });
    await begin({ aliases: ["first"] });
    const second = await begin();
    await reaches(second, "first");
    const known = await docker.networks(label);
    expect(known).toMatchObject({ ok: true, networks: [{ name: network }] });
    expect(await docker.removeNetwork(network)).toMatchObject({ ok: false, failure: { kind: "container-refused" } });
    expect(await docker.removeNetwork(`no-${network}`)).toEqual({ ok: true });
  });

  test("starts a container whose network was removed and made again, under the names it had", async () => {
    const lost = `lost-${run}`;
    await docker.ensureNetwork(lost, label);
    const name = await begin({ network: lost, aliases: ["still-me"] });
    await docker.signal(name, "SIGKILL");
    await ended(name);
    expect(await docker.removeNetwork(lost)).toEqual({ ok: true });
    expect(await docker.start(name)).toMatchObject({ ok: false, failure: { kind: "container-refused", status: 404 } });
    await docker.ensureNetwork(lost, label);
    expect(await docker.start(name)).toEqual({ ok: true });
    const other = await begin({ network: lost });
    await reaches(other, "still-me");
    for (const made of [name, other]) await docker.remove(made);
    expect(await docker.removeNetwork(lost)).toEqual({ ok: true });
  });

  test("pauses, and what is paused already is", async () => {
    const name = await begin();
    expect(await docker.pause(name)).toEqual({ ok: true });
    expect(await docker.pause(name)).toEqual({ ok: true });
    expect((await stateOf(name)).status).toBe("paused");
    expect(await docker.unpause(name)).toEqual({ ok: true });
    expect(await docker.unpause(name)).toEqual({ ok: true });
  });

  test("tells the health of an image's own check, and what it printed", async () => {
    const name = await begin({ image: "healthchecked", command: null });
    await waitUntil("it is healthy", async () => (await stateOf(name)).health === "healthy");
    expect(await docker.image("healthchecked")).toMatchObject({ ok: true, image: { hasHealthcheck: true } });
  });

  test("knows an image by its name, and none that is not there", async () => {
    const image = await docker.image("keeps-data");
    expect(image).toMatchObject({ ok: true, image: { hasHealthcheck: false, volumes: ["/data"] } });
    expect(await docker.image("no-such-image:7")).toEqual({ ok: true, image: null });
  });

  describe("refuses", () => {
    test("a port that a process has", async () => {
      const taken = (await import("node:net")).createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => taken.once("listening", resolve));
      const hostPort = (taken.address() as { port: number }).port;
      const made = plan({ ports: [{ inner: 80, protocol: "tcp", hostIp: "127.0.0.1", hostPort }] });
      await docker.create(made);
      expect(await docker.start(made.name)).toMatchObject({
        ok: false,
        failure: { kind: "port-taken", port: hostPort, holder: null },
      });
      await new Promise((resolve) => taken.close(resolve));
      expect(await docker.start(made.name)).toEqual({ ok: true });
    });

    test("a port that a container has", async () => {
      const ports = [{ inner: 80, protocol: "tcp" as const, hostIp: "127.0.0.1", hostPort: await freePort() }];
      await begin({ ports });
      const other = plan({ ports });
      await docker.create(other);
      expect(await docker.start(other.name)).toMatchObject({
        ok: false,
        failure: { kind: "port-taken", port: ports[0]?.hostPort },
      });
    });

    test("a program that is not in the image", async () => {
      const made = plan({ command: ["no-such-program"] });
      await docker.create(made);
      expect(await docker.start(made.name)).toMatchObject({
        ok: false,
        failure: { kind: "container-refused", message: "Docker refused: there is no no-such-program in the image" },
      });
    });

    test("an image that is not there, a folder that is not there, a name that is taken", async () => {
      expect(await docker.create(plan({ image: "none:1" }))).toMatchObject({
        failure: { kind: "image-unavailable", reason: "not-pulled" },
      });
      const mounts = [{ kind: "bind" as const, source: "/nonexistent", target: "/x", isReadOnly: true }];
      expect(await docker.create(plan({ mounts }))).toMatchObject({
        failure: { kind: "container-refused", status: 400 },
      });
      const name = await begin();
      expect(await docker.create(plan({ name }))).toMatchObject({
        failure: { kind: "container-refused", status: 409 },
      });
      expect(await docker.start("no-such-container")).toMatchObject({
        failure: { kind: "container-refused", status: 404 },
      });
    });
  });

  describe("runs a command inside", () => {
    test("with its environment, and tells its exit code and output", async () => {
      const name = await begin();
      const script = "echo $WORD; echo bad >&2; exit 5";
      expect(await docker.exec(name, ["sh", "-c", script], { env: { WORD: "good" } })).toEqual({
        ok: true,
        exitCode: 5,
        output: expect.stringMatching(/^(good\nbad|bad\ngood)\n$/),
      });
      const long = await docker.exec(name, ["sh", "-c", "seq 1 100000"], {});
      expect(long).toMatchObject({ ok: true, exitCode: 0, output: expect.stringMatching(/100000\n$/) });
      expect((long as { output: string }).output.length).toBe(8 * 1024);
    });

    test("that is not there", async () => {
      const name = await begin({ image: "bare", command: null });
      const missing = await docker.exec(name, ["curl", "localhost"], {});
      expect(missing).toMatchObject({ ok: true, output: "there is no curl in the image" });
      expect([126, 127]).toContain((missing as { exitCode: number }).exitCode);
    });

    test("until it is given up on, and not again while that one runs", async () => {
      const name = await begin();
      const hang = (ms: number) => docker.exec(name, ["sleep", "2"], { signal: AbortSignal.timeout(ms) });
      expect(await hang(500)).toMatchObject({ ok: true, exitCode: 124 });
      expect(await hang(5_000)).toMatchObject({ ok: true, exitCode: 124, output: "the one before has not ended" });
      const counted = await docker.exec(name, ["sh", "-c", "pidof sleep | wc -w"], {});
      // The other is the container's own.
      expect(Number((counted as { output: string }).output)).toBeLessThanOrEqual(2);
      await waitUntil("it may run again", async () => ((await hang(100)) as { output: string }).output === "");
    });

    test("and says where there is nothing to run it in", async () => {
      expect(await docker.exec("no-such-container", ["true"], {})).toMatchObject({
        ok: false,
        failure: { kind: "container-refused" },
      });
    });
  });

  describe("tells what a container printed", () => {
    test("with the stream and the time of each line, and again from any of them", async () => {
      const name = await begin({
        command: ["sh", "-c", "for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done; printf tail"],
      });
      await ended(name);
      const all = await logsOf(name);
      expect(all.filter(({ stream }) => stream === "out").map(({ bytes }) => bytes.toString())).toEqual([
        "out 1\n",
        "out 2\n",
        "out 3\n",
        "out 4\n",
        "out 5\n",
        "tail",
      ]);
      expect(all.filter(({ stream }) => stream === "err")).toHaveLength(5);
      for (const { time } of all) {
        // The two streams may be logged in another order than that of their times.
        const from = all.filter((piece) => piece.time >= time);
        expect(textOf(await logsOf(name, { since: time }))).toEqual(textOf(from));
      }
      const afterAllOfIt = await logsOf(name, { since: "2100-01-01T00:00:00.000000000Z" });
      expect(afterAllOfIt).toEqual([]);
    });

    test("in parts of sixteen KiB where a line is long, without keeping more than one", async () => {
      const name = await begin({ image: "floods", command: null, env: { LINES: "2", LINE_BYTES: "10000000" } });
      const abort = new AbortController();
      let bytes = 0;
      let longest = 0;
      let most = 0;
      const before = process.memoryUsage().rss;
      const options = { since: "", hasTty: false, follow: true, signal: abort.signal };
      const read = await docker.logs(name, options, async (piece) => {
        bytes += piece.bytes.length;
        longest = Math.max(longest, piece.bytes.length);
        most = Math.max(most, process.memoryUsage().rss - before);
        if (piece.bytes.toString() === "done\n") abort.abort();
        await new Promise((resolve) => setImmediate(resolve));
      });
      expect(read).toEqual({ ok: true });
      expect(bytes).toBe(20_000_000 + "\n\ndone\n".length);
      expect(longest).toBe(16 * 1024);
      expect(most).toBeLessThan(60_000_000);
      await docker.remove(name);
    }, 60_000);

    test("as it comes, until the signal", async () => {
      const name = await begin({
        command: ["sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done"],
      });
      const abort = new AbortController();
      const lines: string[] = [];
      const read = await docker.logs(
        name,
        { since: "", hasTty: false, follow: true, signal: abort.signal },
        ({ bytes }) => {
          lines.push(bytes.toString());
          if (lines.length === 5) abort.abort();
        },
      );
      expect(read).toEqual({ ok: true });
      expect(lines).toEqual(["line 1\n", "line 2\n", "line 3\n", "line 4\n", "line 5\n"]);
    });

    test("to a terminal, cut as Docker cut it", async () => {
      const script =
        "head -c 40000 /dev/zero | tr '\\0' x; printf '\\nshort\\n'; head -c 16384 /dev/zero | tr '\\0' y; printf '\\ntail'";
      const { Id } = await api.ask<{ Id: string }>("POST", "/containers/create", {
        Image: "busybox",
        Tty: true,
        Labels: label,
        Cmd: ["sh", "-c", script],
      });
      for (let run = 1; run <= 2; run += 1) {
        await api.ask("POST", `/containers/${Id}/start`);
        await ended(Id);
      }
      expect((await stateOf(Id)).hasTty).toBe(true);
      const pieces = await logsOf(Id, { hasTty: true });
      const once = [16384, 16384, 7234, 7, 16384, 2, 4];
      expect(pieces.map(({ bytes }) => bytes.length)).toEqual([...once, ...once]);
      const times = pieces.map(({ time }) => time);
      expect(times).toEqual([...times].sort());
      const again = await logsOf(Id, { hasTty: true, since: times[7] ?? "" });
      expect(again.map(({ bytes }) => bytes.length)).toEqual(once);
    });

    test("and says where there is no such container", async () => {
      const signal = new AbortController().signal;
      const read = await docker.logs("no-such-container", { since: "", hasTty: false, follow: true, signal }, () => {});
      expect(read).toMatchObject({ ok: false, failure: { kind: "container-refused", status: 404 } });
    });
  });

  test("tells what a container takes, once a second", async () => {
    const name = await begin({ command: ["sh", "-c", "sleep 100 & while :; do :; done"] });
    const looks: ContainerUsage[] = [];
    const stop = docker.watchUsage(name, (usage) => looks.push(usage));
    await waitUntil("three looks", () => looks.length >= 3);
    stop();
    expect(looks[0]?.cpu).toBeNull();
    expect(looks[2]?.cpu).toBeGreaterThan(0);
    expect(looks[2]?.memoryBytes).toBeGreaterThan(0);
    expect(looks[2]?.processes).toBe(2);
    await docker.remove(name);
  });

  test("tells what happens to the containers that somebody follows", async () => {
    const heard: DockerEvent[] = [];
    const stop = docker.follow("dev.test.name=followed", (event) => heard.push(event));
    await waitUntil("it is there", () => heard.length === 1);
    await begin();
    const name = await begin({ labels: { ...label, "dev.test.name": "followed" } });
    await docker.exec(name, ["true"], {});
    await docker.signal(name, "SIGTERM");
    await ended(name);
    await docker.remove(name);
    await waitUntil("all was heard", () =>
      heard.some((event) => event.kind === "container" && event.action === "destroy"),
    );
    stop();
    expect(heard.map((event) => (event.kind === "container" ? event.action : event.kind))).toEqual([
      "connected",
      "create",
      "start",
      "kill",
      "die",
      "destroy",
    ]);
    expect(heard[4]).toMatchObject({ action: "die", exitCode: 3 });
  });

  test("makes an image of a tar, and says why it cannot", async () => {
    const tag = `${run}:1`;
    const dockerfile = (text: string) => tarOf({ Dockerfile: text, "hello.txt": "hello\n" });
    const made = await docker.build(tag, dockerfile("FROM scratch\nCOPY hello.txt /hello.txt\n"), label);
    expect(made).toEqual({ ok: true, id: expect.stringMatching(/^sha256:/) });
    expect(await docker.images(label)).toMatchObject({ ok: true, images: [{ tags: [tag] }] });
    expect(await docker.build(tag, dockerfile("FROM scratch\nCOPY gone.txt /x\n"), label)).toMatchObject({
      ok: false,
      failure: { kind: "build-failed", message: expect.stringContaining("gone.txt") },
    });
    expect(await docker.removeImage(tag)).toEqual({ ok: true });
    expect(await docker.removeImage(tag)).toEqual({ ok: true });
  });

  describe("pulls an image", () => {
    const pull = (reference: string, told: LayerProgress[][] = []) =>
      docker.pull(reference, { signal: new AbortController().signal, onProgress: (layers) => told.push(layers) });

    test("with the bytes of each layer, and breaks off with its registry", async () => {
      const registry = await startRegistry();
      try {
        const name = await registry.publish(api, `app-${run}:1`, {
          layers: bulkyLayers(2, 400_000),
          config: { Cmd: ["x"] },
        });
        const told: LayerProgress[][] = [];
        registry.network.limit(400_000);
        expect(await pull(name, told)).toEqual({ ok: true });
        expect(told.at(-1)?.map(({ phase }) => phase)).toEqual(["done", "done"]);
        expect(
          told.some((layers) =>
            layers.some(({ phase, bytes, total }) => phase === "downloading" && bytes > 0 && bytes < (total ?? 0)),
          ),
        ).toBe(true);
        expect(await docker.image(name)).toMatchObject({
          ok: true,
          image: { repoDigests: [expect.stringContaining("@sha256:")] },
        });
        expect(await pull(name)).toEqual({ ok: true });
        expect(await docker.removeImage(name)).toEqual({ ok: true });

        const missing = await pull(name.replace(":1", ":2").replace(`${registry.address}`, registry.address));
        expect(missing).toMatchObject({ ok: false, failure: { kind: "image-unavailable", reason: "no-such-tag" } });
      } finally {
        await registry.stop();
      }
      expect(await pull(`${registry.address}/app:1`)).toMatchObject({ ok: false, failure: { reason: "no-registry" } });
    });

    test("only with the login that its registry wants", async () => {
      const registry = await startDenyingRegistry();
      try {
        expect(await pull(`${registry.address}/app:1`)).toMatchObject({ ok: false, failure: { reason: "denied" } });
      } finally {
        await registry.stop();
      }
    });

    test("until it is aborted", async () => {
      const registry = await startRegistry();
      try {
        const name = await registry.publish(api, `slow-${run}:1`, {
          layers: bulkyLayers(1, 400_000),
          config: { Cmd: ["x"] },
        });
        registry.network.limit(20_000);
        const abort = new AbortController();
        const pulled = docker.pull(name, {
          signal: abort.signal,
          onProgress: (layers) => layers.some(({ bytes }) => bytes > 0) && abort.abort(),
        });
        expect(await pulled).toMatchObject({ ok: false });
        expect(await docker.image(name)).toEqual({ ok: true, image: null });
      } finally {
        await registry.stop();
      }
    });
  });
});
