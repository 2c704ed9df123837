import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fleetOf, toldOf } from "../vendors/told.ts";

const withFile = (...lines: string[]) => ({
  "orchestra.yml": "vendors_from: crane.yml",
  "crane.yml": lines.join("\n"),
});

describe("a crane file", () => {
  test("of the older kind has its parameters under run", () => {
    const files = {
      ...withFile(
        "containers:",
        "  mysql:",
        "    image: mysql:${V}",
        "    run:",
        "      detach: true",
        "      env: [MYSQL_ROOT_PASSWORD=mysecret]",
        "      env-file: [my.env]",
        "      publish: ['3306:3306']",
        "      volume: [data:/data, ../up:/up, /abs:/abs]",
        "      cmd: mysqld --verbose",
        "      user: 999",
        "      shm-size: 1g",
        "      ulimit: ['nofile=1:2', nproc=3]",
        "      init: true",
        "      label: {a: b}",
        "      restart: on-failure:2",
        "      stop-signal: SIGQUIT",
        "      stop-timeout: 7",
        "      health-cmd: mysqladmin ping",
        "      health-interval: 5s",
        "      health-retries: 9",
        "  web:",
        "    image: web",
        "    run: {link: [mysql]}",
        "groups:",
        "  default: [web]",
        "  all: [web, mysql]",
      ),
      "my.env": "A=b",
    };
    const spec = fleetOf(files, { V: "8" });
    expect(spec.profiles).toEqual({ default: ["web"], all: ["web", "mysql"] });
    expect(spec.vendors).toMatchObject([
      {
        name: "mysql",
        autostart: false,
        env: { MYSQL_ROOT_PASSWORD: "mysecret" },
        envFiles: [{ values: { A: "b" } }],
        ports: [{ source: { kind: "fixed", port: 3306 } }],
        restart: "on-failure",
        supervise: { maxFailures: 3 },
        stop: { signal: "SIGQUIT", graceMs: 7000 },
        ready: { action: { kind: "exec", command: "mysqladmin ping" }, intervalMs: 5000, failureThreshold: 9 },
        container: {
          image: "mysql:8",
          command: ["mysqld", "--verbose"],
          user: "999",
          shmBytes: 1_073_741_824,
          ulimits: { nofile: { soft: 1, hard: 2 }, nproc: { soft: 3, hard: 3 } },
          init: true,
          labels: { a: "b" },
          mounts: [
            { kind: "bind", source: join(spec.root, "data"), target: "/data" },
            { kind: "bind", source: join(spec.root, "../up"), target: "/up" },
            { kind: "bind", source: "/abs", target: "/abs" },
          ],
        },
      },
      { name: "web", autostart: true, dependsOn: [{ name: "mysql", condition: "started" }] },
    ]);
  });

  test("of the newer kind has them beside the image, and may call them as Compose does", () => {
    const spec = fleetOf(
      withFile(
        "services:",
        "  redis:",
        "    rm: true",
        "    volume: ['keep:/data', './x:/x']",
        "    environment: {A: 1}",
        "  worker:",
        "    image: worker",
        "    requires: [redis]",
        "    command: [sh, -c, 'echo $$X']",
        "volumes: {keep: }",
      ),
    );
    expect(spec.vendors).toMatchObject([
      {
        name: "redis",
        env: { A: "1" },
        autostart: true,
        container: { image: "redis", mounts: [{ kind: "volume", name: "keep" }, { kind: "bind" }] },
      },
      {
        name: "worker",
        dependsOn: [{ name: "redis", condition: "started" }],
        container: { command: ["sh", "-c", "echo $X"] },
      },
    ]);
  });

  test("whatever it is called, is known by its containers", () => {
    const files = { "orchestra.yml": "vendors_from: old.yml", "old.yml": "containers: {a: {image: x}}" };
    expect(fleetOf(files).vendors.map((v) => v.name)).toEqual(["a"]);
  });
});

describe("what is said of a crane file", () => {
  test.each<[string, string[]]>([
    [
      "containers: {a: {image: x, run: {net: host}}}",
      [
        'warning 1:34 not-honoured "net" cannot be honoured: a fleet has one network, on which each vendor has its own name',
      ],
    ],
    [
      "containers: {a: {image: x, run: {volumes-from: [b]}}}",
      ['warning 1:34 not-honoured "volumes-from" cannot be honoured: write out what it takes from there'],
    ],
    ["containers: {a: {dockerfile: .}}", ['warning 1:18 left-out "a" would have to be built, and is left out']],
    ["services: {a: {image: x, publsh: ['80:80']}}", ['1:26 unknown-key unknown key "publsh"']],
    [
      "services: {a: {image: x, publish: ['x']}}",
      ['1:36 bad-value an entry of "services.a.publish" must be a port as in "5432:5432", not "x"'],
    ],
    [
      "services: {a: {image: x, ulimit: [nofile=x]}}",
      ['1:26 bad-value "nofile" must be a number of at least 0, or soft and hard, not "x"'],
    ],
    ["services: {a: {image: x, requires: [b]}}", ['1:37 unknown-service no service or vendor is called "b"']],
    [
      "services: {a: {image: x}}\nhooks: {a: {pre-start: b}}",
      ['warning 2:1 not-honoured "hooks" cannot be honoured: before and after in orchestra.yml are for that'],
    ],
    [
      "services: {a: {image: x}}\ngroups: {g: [a, b]}",
      ['note 2:10 profile the group "g" is the profile @g', '2:17 unknown-service nothing in this file is called "b"'],
    ],
    ["services: {a: {image: x}}\ngroups: {g: a}", ['2:13 wrong-type "groups.g" must be a list of names, not "a"']],
  ])("%j", (text, expected) => {
    expect(toldOf(withFile(text))).toEqual(expected.map((line) => line.replace(/^(warning |note )?/, "$1crane.yml:")));
  });
});
