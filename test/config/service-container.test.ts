import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fleetOf, toldOf } from "./vendors/told.ts";

describe("a service in a container", () => {
  const serviceOf = (yaml: string) =>
    fleetOf({ "api/service.yml": yaml, "api/main.go": "", "orchestra.yml": "" }).services[0];

  test.each<[string, object | null]>([
    ["container: true", { image: null, inside: {}, mounts: [] }],
    ["container: {}", { image: null }],
    ["container: false", null],
    ["", null],
  ])("%j is made of its binary", (yaml, container) => {
    const service = serviceOf(yaml);
    expect(service?.build.kind).toBe("go");
    if (container === null) expect(service?.container).toBeNull();
    else expect(service?.container).toMatchObject(container);
  });

  test("that has an image is built for it, where there is something to build", () => {
    const service = serviceOf(
      "go: {tags: [x]}\ncontainer: {image: 'alpine:3', user: 1000, volumes: ['./d:/d'], init: true}",
    );
    expect(service).toMatchObject({
      build: { kind: "go" },
      container: { image: "alpine:3", user: "1000", init: true, mounts: [{ source: join(service?.dir ?? "", "d") }] },
    });
  });

  test("is an image alone, where nothing says otherwise", () => {
    const service = serviceOf("port: 80\ncontainer: {image: 'nginx:1', command: [nginx, -g]}");
    expect(service).toMatchObject({
      build: { kind: "none" },
      test: null,
      container: { image: "nginx:1", command: ["nginx", "-g"] },
    });
  });

  test.each<[string, string]>([
    [
      "run: x\ncontainer: true",
      "2:1 container only a Go program is put into a container of nothing else; this service has a command of its own",
    ],
    ["container: yes", '1:12 wrong-type "container" must be true or false or a map of keys and values, not "yes"'],
    ["container: {imge: x}", '1:13 unknown-key unknown key "imge"'],
    [
      "container: {volumes: [x:y]}",
      '1:23 bad-value an entry of "container.volumes" must have an absolute path inside the container, not "y"',
    ],
  ])("%j is a mistake", (yaml, expected) => {
    expect(toldOf({ "api/service.yml": yaml, "api/main.go": "" })).toEqual([`service.yml:${expected}`]);
  });
});
