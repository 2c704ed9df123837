import { describe, expect, test } from "vitest";
import { judgeConfig } from "../../../src/cli/doctor/check-config.ts";
import { judgeDaemon } from "../../../src/cli/doctor/check-daemon.ts";
import { judgeDescriptors, parseOpenFiles } from "../../../src/cli/doctor/check-descriptors.ts";
import { judgeDisk } from "../../../src/cli/doctor/check-disk.ts";
import { type EngineAnswer, judgeDocker } from "../../../src/cli/doctor/check-docker.ts";
import { judgeGo, parseGoMod, parseGoVersion } from "../../../src/cli/doctor/check-go.ts";
import { judgeImages, type WantedImage } from "../../../src/cli/doctor/check-images.ts";
import { fixedPorts, judgePorts, type TakenPort } from "../../../src/cli/doctor/check-ports.ts";
import { judgePrograms, programOf } from "../../../src/cli/doctor/check-programs.ts";
import { judgeStrays } from "../../../src/cli/doctor/check-strays.ts";
import { judgeWatches } from "../../../src/cli/doctor/check-watches.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import type { DaemonStatus } from "../../../src/daemon/daemon-status.ts";
import type { Diagnostic } from "../../../src/model/diagnostic.ts";
import type { FleetSpec } from "../../../src/model/fleet.ts";
import { sampleStray } from "../../helpers/fleet-samples.ts";

type Row = [title: string, finding: Finding | null, level: Finding["level"], text: RegExp, advice: RegExp | null];

const running: DaemonStatus = {
  kind: "running",
  root: "/shop",
  pid: 7,
  version: "1.0.0",
  isSameVersion: true,
  socket: "/run/x.sock",
  uptimeMs: 60_000,
  rssBytes: 1,
};
const own = { mode: 0o600, isOwn: true };
const lost: EngineAnswer = {
  ok: false,
  failure: { kind: "docker-unreachable", endpoint: "unix:///x", reason: "denied", message: "no entry", hint: "ask" },
};
const engine = (apiVersion: string, isLocal = true): EngineAnswer => ({
  ok: true,
  version: "27.5.1",
  apiVersion,
  isLocal,
});
const image = (change: Partial<WantedImage>): WantedImage => {
  return { image: "redis:7", pull: "missing", isHere: true, registryAnswers: null, registry: "Docker Hub", ...change };
};
const mistake: Diagnostic = { severity: "error", message: "no such key", hint: null, location: null } as Diagnostic;
const spec = { services: [{}], vendors: [{}, {}] } as unknown as FleetSpec;
const holder = { pid: 9, command: "python3 -m http.server", cwd: null, startedAt: null, unit: null };
const taken: TakenPort = { unit: "api", port: 8080, holder };
const api = { service: "api", version: "1.24.2" };

describe("the doctor", () => {
  test.each<Row>([
    ["a config without mistakes", judgeConfig({ spec, diagnostics: [] }), "ok", /1 service and 2 vendors/, null],
    ["a mistake", judgeConfig({ spec: null, diagnostics: [mistake] }), "problem", /1 mistake: no such key/, /check/],
    [
      "an empty fleet",
      judgeConfig({ spec: { services: [], vendors: [] } as unknown as FleetSpec, diagnostics: [] }),
      "warning",
      /nothing to run/,
      /init/,
    ],

    ["no Go", judgeGo(null, [api], "auto"), "problem", /no go in PATH/, /go.dev/],
    ["the Go that is asked for", judgeGo("1.24.2", [api], "auto"), "ok", /1.24.2/, null],
    ["a newer Go", judgeGo("1.30", [api], "auto"), "ok", /1.30/, null],
    ["an older Go that fetches another", judgeGo("1.24", [api], "auto"), "warning", /older than api/, /by itself/],
    ["an older Go that may not", judgeGo("1.24", [api], "local"), "problem", /older than api/, /install/],
    ["an old Go that cannot", judgeGo("1.20.3", [api], "auto"), "problem", /older than api/, /install/],

    [
      "a program that is not there",
      judgePrograms([{ service: "web", program: "pnpm", found: "missing" }]),
      "problem",
      /no pnpm in PATH, which web/,
      /corepack/,
    ],
    [
      "a program that nobody may run",
      judgePrograms([{ service: "web", program: "./run", found: "not-executable" }]),
      "problem",
      /not executable/,
      /chmod/,
    ],
    [
      "programs that are there",
      judgePrograms([{ service: "web", program: "node", found: "found" }]),
      "ok",
      /node/,
      null,
    ],

    ["an engine", judgeDocker(engine("1.47"), "unix:///x", false), "ok", /Docker 27.5.1 \(API 1.47\) at unix/, null],
    ["an engine that is too old", judgeDocker(engine("1.40"), "unix:///x", false), "problem", /too old/, /20.10/],
    ["an engine elsewhere", judgeDocker(engine("1.47", false), "tcp://x", false), "warning", /another machine/, null],
    ["an engine that lets nobody in", judgeDocker(lost, "unix:///x", false), "problem", /no entry/, /ask/],
    ["the same where all is optional", judgeDocker(lost, "unix:///x", true), "warning", /optional/, /ask/],

    ["images that are here", judgeImages([image({})]), "ok", /1 image on/, null],
    [
      "one that can be had",
      judgeImages([image({ isHere: false, registryAnswers: true })]),
      "warning",
      /will be pulled/,
      /vendors pull/,
    ],
    [
      "one whose registry is silent",
      judgeImages([image({ isHere: false, registryAnswers: false })]),
      "problem",
      /Docker Hub does not answer/,
      /docker load/,
    ],
    [
      "one that is not to be pulled",
      judgeImages([image({ isHere: false, pull: "never" })]),
      "problem",
      /not to be pulled/,
      /docker pull redis:7/,
    ],

    ["free ports", judgePorts(2, []), "ok", /2 fixed ports free/, null],
    ["a taken port", judgePorts(2, [taken]), "problem", /8080 of api is taken by pid 9 \(python3/, /kill 9/],
    [
      "one that its fleet can end",
      judgePorts(1, [{ ...taken, holder: { ...holder, stopWith: "(cd /x && orchestra stop web)" } }]),
      "problem",
      /8080/,
      /cd \/x/,
    ],
    [
      "one taken by who knows whom",
      judgePorts(1, [{ ...taken, holder: null }]),
      "warning",
      /cannot be seen/,
      /sudo ss/,
    ],

    [
      "watches enough",
      judgeWatches(100, { watches: 65_536, instances: 128 }),
      "ok",
      /100 folders to watch, of 65536/,
      null,
    ],
    [
      "few watches left",
      judgeWatches(40_000, { watches: 65_536, instances: 128 }),
      "warning",
      /all programs share/,
      /sysctl/,
    ],
    [
      "too few watches",
      judgeWatches(9_000, { watches: 8_192, instances: 128 }),
      "problem",
      /allows 8192/,
      /max_user_watches=1048576/,
    ],
    ["few watchers", judgeWatches(10, { watches: 65_536, instances: 16 }), "warning", /only 16/, /max_user_instances/],

    ["room", judgeDisk([{ place: "here", freeBytes: 50e9 }]), "ok", /50.0 GB free here/, null],
    [
      "little room for Docker",
      judgeDisk([
        { place: "here", freeBytes: 50e9 },
        { place: "for Docker", freeBytes: 1e9 },
      ]),
      "warning",
      /1.0 GB free for Docker/,
      /prune/,
    ],
    ["no room", judgeDisk([{ place: "here", freeBytes: 1e6 }]), "problem", /1.0 MB free here/, /clean/],

    ["open files enough", judgeDescriptors(1_048_576, 20), "ok", /1048576/, null],
    ["no limit", judgeDescriptors(null, 20), "ok", /room/, null],
    ["few open files", judgeDescriptors(512, 10), "warning", /only 512/, /ulimit -n 4096/],
    ["too few open files", judgeDescriptors(256, 100), "problem", /needs 696/, /ulimit -n/],

    ["no daemon", judgeDaemon({ kind: "notRunning", root: "/shop" }, null), "ok", /none runs/, null],
    ["a daemon", judgeDaemon(running, own), "ok", /pid 7/, null],
    [
      "one of another version",
      judgeDaemon({ ...running, isSameVersion: false }, own),
      "warning",
      /version 1.0.0/,
      /daemon restart/,
    ],
    [
      "one that others may use",
      judgeDaemon(running, { ...own, mode: 0o666 }),
      "warning",
      /others may use/,
      /chmod 600/,
    ],
    ["one of another user", judgeDaemon(running, { ...own, isOwn: false }), "problem", /another user/, /that user/],
    [
      "one that is silent",
      judgeDaemon({ kind: "silent", root: "/shop", pid: 7, socket: "/x", reason: "no answer" }, null),
      "problem",
      /does not answer/,
      /kill 7/,
    ],

    ["no strays", judgeStrays([]), "ok", /none/, null],
    [
      "strays",
      judgeStrays([sampleStray(4711, { standing: "asked" })]),
      "warning",
      /1 process started outside/,
      /orchestra strays/,
    ],
  ])("of %s", (_, finding, level, text, advice) => {
    expect(finding?.level).toBe(level);
    expect(finding?.text).toMatch(text);
    if (advice === null) expect(finding?.advice).toBeNull();
    else expect(finding?.advice).toMatch(advice);
  });

  test.each<[string, string | null]>([
    ["npm run dev", "npm"],
    ["exec node server.mjs", "node"],
    ["PORT=1 LOG=x ./api --flag", "./api"],
    ["env A=b pnpm dev", "pnpm"],
    ["cd web && npm start", null],
    ["$RUNNER x", null],
    ["'my program' x", null],
    ["", null],
  ])("takes %j for the program %j", (command, program) => {
    expect(programOf(command)).toBe(program);
  });

  test("reads what Go and a module say of themselves", () => {
    expect(parseGoVersion("go version go1.24.4 linux/amd64\n")).toBe("1.24.4");
    expect(parseGoVersion("command not found")).toBeNull();
    expect(parseGoMod("module x\n\ngo 1.24\n\ntoolchain go1.24.4\n")).toBe("1.24");
    expect(parseGoMod("module x\n")).toBeNull();
  });

  test("reads the hard limit of open files", () => {
    const limits =
      "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n";
    expect(parseOpenFiles(limits)).toBe(524_288);
    expect(parseOpenFiles(limits.replace("524288", "unlimited"))).toBeNull();
  });

  test("looks at the ports that the config fixes, and at no others", () => {
    const port = (source: object): object => ({ name: "http", source });
    const fleet = {
      services: [
        { name: "api", scale: 1, vendor: null, ports: [port({ kind: "fixed", port: 80 }), port({ kind: "auto" })] },
        { name: "web", scale: 2, vendor: null, ports: [port({ kind: "range", from: 90, to: 99 })] },
      ],
      vendors: [{ name: "redis", scale: 1, vendor: {}, ports: [port({ kind: "fixed", port: 6379 })] }],
    } as unknown as FleetSpec;
    expect(fixedPorts(fleet)).toEqual([
      { unit: "api", port: 80 },
      { unit: "web#1", port: 90 },
      { unit: "web#2", port: 91 },
      { unit: "redis", port: 6379 },
    ]);
  });
});
