import { describe, expect, test } from "vitest";
import { fleetOf, toldOf } from "../vendors/told.ts";

const withFile = (text: string, more: Record<string, string> = {}) => ({
  "orchestra.yml": "vendors_from: compose.yaml",
  "compose.yaml": text,
  ...more,
});

/** What is said of the service `db` of a Compose file, of these lines. */
const told = (lines: string): string[] =>
  toldOf(withFile(`services:\n  db:\n    ${lines.replaceAll("\n", "\n    ")}`)).map((line) =>
    line.replace("compose.yaml:", ""),
  );

describe("what cannot be honoured", () => {
  test.each<[string, string[]]>([
    [
      "image: x\ncontainer_name: y",
      ['warning 4:5 not-honoured "container_name" cannot be honoured: containers are named after the fleet'],
    ],
    [
      "image: x\nnetworks: [n]",
      [
        'warning 4:5 not-honoured "networks" cannot be honoured: a fleet has one network, on which each vendor has its own name',
      ],
    ],
    [
      "image: x\ndeploy: {replicas: 2}",
      ['warning 4:5 not-honoured "deploy" cannot be honoured: a vendor is one container of this machine'],
    ],
    ["image: x\nbuild: .", ['warning 4:5 not-honoured "build" cannot be honoured: the image is used as it is']],
    ["build: .", ['warning 3:5 left-out "db" would have to be built, and is left out']],
    [
      "image: x\nhealthcheck: {interval: 5s}",
      ["warning 4:5 no-effect without a test of its own the image's healthcheck is used as it is"],
    ],
    ["image: x\nprofiles: [debug]", ['note 4:5 profile "db" is started when it is asked for, as by @debug']],
    ["image: x\nx-mine: {a: b}\nexpose: [80]", []],
    [
      "image: $X",
      [
        "warning 3:12 variable X has no value: nothing stands in its place",
        '3:12 bad-value "services.db.image" must be an image as in postgres:16, not ""',
      ],
    ],
  ])("%j is named", (lines, expected) => {
    expect(told(lines)).toEqual(expected.map((line) => line.replace(/^(\w+ )?/, "$1")));
  });

  test("at the top of the file is named, and so is what of a volume is", () => {
    const text = [
      "networks: {n: }",
      "include: [other.yml]",
      "services: {a: {image: x, volumes: ['v:/v']}}",
      "volumes: {v: {external: true, name: w, driver: local}}",
    ];
    expect(toldOf(withFile(text.join("\n")))).toEqual([
      'warning compose.yaml:1:1 not-honoured "networks" cannot be honoured: a fleet has one network, on which each vendor has its own name',
      'warning compose.yaml:2:1 not-honoured "include" cannot be honoured: name that file in vendors_from too',
      'warning compose.yaml:4:40 not-honoured "driver" cannot be honoured: the fleet has a volume "v" of its own',
    ]);
  });

  test("a service that is built is left out, silently where the fleet has it, and nothing waits for it", () => {
    const files = withFile(
      "services:\n  api: {build: ., image: mine/api}\n  web: {build: {context: .}}\n  db: {image: x, depends_on: [api, web]}",
      { "api/service.yml": "run: x" },
    );
    expect(toldOf(files)).toEqual([
      'note compose.yaml:2:9 left-out "api" is a service of this fleet: what this file says of it does not count',
      'warning compose.yaml:3:9 left-out "web" would have to be built, and is left out',
      'warning compose.yaml:4:36 no-effect "web" is left out, and so nothing waits for it',
    ]);
    expect(fleetOf(files).vendors.map((v) => v.dependsOn)).toEqual([[{ name: "api", condition: "started" }]]);
  });
});

describe("mistakes in a Compose file", () => {
  test.each<[string, string[]]>([
    ["restart: always", ['2:3 missing-key "db" has no image']],
    ["image: x\nenvirnment: {A: b}", ['4:5 unknown-key unknown key "envirnment"']],
    ["image: x\nenvironment: 7", ['4:18 wrong-type "environment" must be a map or a list of NAME=value, not 7']],
    ["image: x\nenvironment: {A: [b]}", ['4:22 wrong-type "A" must be text, not a list']],
    ["image: x\nenvironment: ['1A=b']", ['4:19 bad-name "1A" is no name for a variable']],
    ["image: x\nenv_file: gone.env", ["4:15 env-file ROOT/gone.env does not exist"]],
    [
      "image: x\nports: ['a']",
      ['4:13 bad-value an entry of "services.db.ports" must be a port as in "5432:5432", not "a"'],
    ],
    ["image: x\nports: 80", ['4:12 wrong-type "services.db.ports" must be a list, not 80']],
    ["image: x\nvolumes: ['data:/d']", ['4:15 unknown-volume no volume is called "data"']],
    ["image: x\nulimits: {nofil: 1}", ['4:15 unknown-key there is no limit called "nofil"']],
    [
      "image: x\nrestart: sometimes",
      ['4:14 bad-value "services.db.restart" must be no, always, on-failure or unless-stopped, not "sometimes"'],
    ],
    ["image: x\ndepends_on: [gone]", ['4:18 unknown-service no service or vendor is called "gone"']],
    [
      "image: x\ndepends_on: {db: {condition: service_ready}}",
      [
        '4:34 bad-value "condition" must be service_started, service_healthy or service_completed_successfully, not "service_ready"',
      ],
    ],
    ["image: x\ndepends_on: 7", ['4:17 wrong-type "depends_on" must be a list, not 7']],
    [
      "image: x\nhealthcheck: {test: [curl, x]}",
      ['4:25 bad-value "test" must begin with CMD, CMD-SHELL or NONE, not "curl"'],
    ],
    ["image: x\nhealthcheck: {test: a, intervall: 1s}", ['4:28 unknown-key unknown key "intervall"']],
    [
      "image: x\nhealthcheck: {test: a, interval: soon}",
      ['4:38 bad-value "services.db.healthcheck.interval" must be a duration as in 30s, not "soon"'],
    ],
    [
      "image: x\nstop_signal: SIGFOO",
      ['4:18 bad-value "services.db.stop_signal" must be a signal\'s name, not "SIGFOO"'],
    ],
    [
      "image: x:${V:?no version}",
      [
        '3:12 variable "image" needs a value for V: no version',
        '3:12 bad-value "services.db.image" must be an image as in postgres:16, not "x:"',
      ],
    ],
    [
      "image: x\ncommand: echo $",
      ['4:14 variable "command" has a $ that begins no variable; write $$ for a dollar sign'],
    ],
    ["image: [", ["3:12 syntax a bracket is not closed before this"]],
  ])("%j", (lines, expected) => {
    expect(told(lines)).toEqual(expected);
  });

  test.each<[string, string[]]>([
    ["", ["warning compose.yaml:1:1 no-services this file has no services"]],
    ["services: [a]", ['compose.yaml:1:11 wrong-type "services" must be a map of keys and values, not a list']],
    ["services: {a: x}", ['compose.yaml:1:15 wrong-type "services.a" must be a map of keys and values, not "x"']],
    ["services: {_a: {image: x}}", ['compose.yaml:1:12 bad-name "_a" cannot be the name of a vendor']],
    [
      "servces: {a: {image: x}}",
      [
        "warning compose.yaml:1:1 no-services this file has no services",
        'compose.yaml:1:1 unknown-key unknown key "servces"',
      ],
    ],
  ])("of %j", (text, expected) => {
    expect(toldOf(withFile(text)).toSorted()).toEqual(expected.toSorted());
  });

  test("a name that the fleet has already is to be mended there", () => {
    const files = withFile("services:\n  api: {image: x}\n  pg: {image: x}", {
      "orchestra.yml": "vendors_from: compose.yaml\nvendors: {pg: {image: x}}",
      "zoo/service.yml": "name: api\nrun: x",
    });
    expect(toldOf(files)).toEqual([
      'compose.yaml:2:3 duplicate-name the name "api" is taken',
      'compose.yaml:3:3 duplicate-name the name "pg" is taken',
    ]);
  });

  test("a file that is not there, named twice, or a folder", () => {
    const files = { "orchestra.yml": "vendors_from: [compose.yml, compose.yaml, ./compose.yaml, dir]", "dir/": "" };
    expect(toldOf({ ...files, "compose.yaml": "services: {}" })).toEqual([
      "dir:1:1 unreadable this file is a folder, not a file",
      "orchestra.yml:1:16 missing-file ROOT/compose.yml does not exist",
      "orchestra.yml:1:43 duplicate-file ./compose.yaml is named twice",
    ]);
  });

  test("a line of the .env beside it that is none is told without its text", () => {
    expect(toldOf(withFile("services: {a: {image: x}}", { ".env": "A=b\nsecret\n" }))).toEqual([
      "warning .env:2:1 env-file this line is not NAME=value",
    ]);
  });

  test("never make it throw", () => {
    const text = [
      "x-a: &a {restart: always}",
      "services: {db: {<<: *a, image: 'x:${T:-1}', ports: ['80:80', {target: 1}], volumes: ['d:/d', {type: tmpfs, target: /t}],",
      "  environment: [A=b], env_file: [e], healthcheck: {test: [CMD, x], interval: 1s}, ulimits: {nofile: {soft: 1}},",
      "  depends_on: {constructor: {condition: toString}}, profiles: [constructor], __proto__: {a: b}}}",
      "volumes: {d: {external: true}}",
      "groups: {valueOf: [db], default: [db]}",
    ].join("\n");
    let seed = 11;
    const random = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % limit;
    };
    const junk = "{}[]:,&*!|>'\"%@`#-? \n\t~<=$\u0007é0";
    for (let round = 0; round < 150; round++) {
      let broken = text;
      for (let i = 0; i < round % 4; i++) {
        const at = random(broken.length);
        broken = broken.slice(0, at) + junk[random(junk.length)] + broken.slice(at + random(3));
      }
      const files = { "orchestra.yml": "vendors_from: [compose.yaml, crane.yml]", "compose.yaml": broken };
      expect(() => toldOf({ ...files, "crane.yml": broken }), broken).not.toThrow();
    }
  });
});
