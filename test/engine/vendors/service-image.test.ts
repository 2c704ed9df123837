import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeEach, describe, expect, test } from "vitest";
import { plainContainer } from "../../../src/config/plain-container.ts";
import type { Launch } from "../../../src/engine/drivers/driver.ts";
import type { Docker } from "../../../src/engine/vendors/docker.ts";
import { serviceImage } from "../../../src/engine/vendors/service-image.ts";
import type { ContainerSpec } from "../../../src/model/container.ts";
import type { FleetId } from "../../../src/model/ids.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { scriptedDocker } from "./scripted-docker.ts";

const fleet = { id: "0123456789ab" as FleetId, name: "shop", root: "/srv/shop" };
const container: ContainerSpec = plainContainer;

let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

/** What is needed of a launch to make its image. */
function launch(program: string | null, change: Partial<ContainerSpec> = {}): Launch {
  const artifact = program === null ? null : join(folder, "api");
  if (artifact !== null) writeFileSync(artifact, program ?? "", { mode: 0o755 });
  const service = { name: "api", run: { kind: "binary", args: ["--fast"] } };
  return { service, artifact, container: { ...container, ...change } } as unknown as Launch;
}

function scene() {
  const made = new Map<string, Buffer>();
  const labels: Record<string, string>[] = [];
  const removed: string[] = [];
  /** Of images that nobody here has made. */
  const ids = new Map<string, string>();
  const docker: Docker = scriptedDocker({
    async image(tag) {
      const image = {
        id: ids.get(tag) ?? `sha256:${tag}`,
        hasHealthcheck: false,
        exposed: [],
        volumes: [],
        repoDigests: [],
      };
      return { ok: true, image: made.has(tag) || ids.has(tag) ? image : null };
    },
    async build(tag, tar, given) {
      made.set(tag, Buffer.isBuffer(tar) ? tar : await buffer(tar));
      labels.push(given);
      return { ok: true, id: `sha256:${tag}` };
    },
    async images() {
      const tags = [...made.keys()].filter((tag) => !tag.startsWith("orchestra/base")).reverse();
      return { ok: true, images: tags.map((tag) => ({ id: tag, tags: [tag], sizeBytes: 1 })) };
    },
    async removeImage(tag) {
      made.delete(tag);
      removed.push(tag);
      return { ok: true };
    },
  });
  const imageOf = async (wanted: Launch): Promise<string> => {
    const answer = await serviceImage(wanted, docker, fleet);
    if (!answer.ok) throw new Error(answer.failure.message);
    return answer.image;
  };
  return { docker, made, ids, labels, removed, imageOf };
}

describe("the image of a service's binary", () => {
  test("has the program on top of certificates and time zones, and runs it with its arguments", async () => {
    const { docker, made, labels } = scene();
    const answer = await serviceImage(launch("program one"), docker, fleet);
    if (!answer.ok) throw new Error(answer.failure.message);
    expect(answer.image).toMatch(/^orchestra\/shop-012345-api:[0-9a-f]{16}$/);
    expect(answer.container).toMatchObject({ image: answer.image, entrypoint: ["/app/api"], command: ["--fast"] });
    const [base, own] = [...made.keys()];
    expect(base).toMatch(/^orchestra\/base:[0-9a-f]{16}$/);
    writeFileSync(join(folder, "own.tar"), made.get(own ?? "") ?? "");
    execFileSync("tar", ["-xf", "own.tar"], { cwd: folder });
    expect(readFileSync(join(folder, "program"), "utf8")).toBe("program one");
    expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toBe(
      `FROM ${base}\nCOPY program /app/api\nWORKDIR /app\n`,
    );
    expect(labels.every((given) => given["dev.orchestra.fleet"] === fleet.id)).toBe(true);
  });

  test("is made once for the same program, also where replicas start at the same moment", async () => {
    const { made, imageOf, labels } = scene();
    const wanted = launch("program one");
    const images = await Promise.all([imageOf(wanted), imageOf(wanted), imageOf(wanted)]);
    expect(new Set(images).size).toBe(1);
    expect(await imageOf(wanted)).toBe(images[0]);
    expect(labels).toHaveLength(2);
    expect(made.size).toBe(2);
  });

  test("of another program is another one; of those before it, one is kept", async () => {
    const { imageOf, removed } = scene();
    const images: string[] = [];
    for (const program of ["one", "two", "three"]) images.push(await imageOf(launch(program)));
    expect(new Set(images).size).toBe(3);
    expect(removed).toEqual([images[0]]);
  });

  test("is made on top of the image that the config names, with the entrypoint that it names", async () => {
    const { docker, made } = scene();
    const answer = await serviceImage(launch("one", { image: "alpine:3", entrypoint: ["/bin/tini"] }), docker, fleet);
    if (!answer.ok) throw new Error(answer.failure.message);
    expect(answer.container.entrypoint).toEqual(["/bin/tini"]);
    expect([...made.keys()]).toEqual([answer.image]);
    expect(made.get(answer.image)?.toString("latin1")).toContain("FROM alpine:3\n");
  });

  test("is made anew once the tag of what is below it has moved", async () => {
    const { ids, imageOf } = scene();
    const wanted = launch("one", { image: "alpine:3" });
    ids.set("alpine:3", "sha256:old");
    const first = await imageOf(wanted);
    expect(await imageOf(wanted)).toBe(first);
    ids.set("alpine:3", "sha256:new");
    expect(await imageOf(wanted)).not.toBe(first);
  });

  test("cannot be made of no binary, or of one that is gone", async () => {
    const { docker } = scene();
    const none = await serviceImage(launch(null), docker, fleet);
    expect(none).toMatchObject({
      ok: false,
      failure: { kind: "container-refused", hint: expect.stringContaining("image:") },
    });
    const gone = { ...launch("one"), artifact: join(folder, "gone") };
    expect(await serviceImage(gone, docker, fleet)).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining("cannot be read"), hint: expect.stringContaining("rebuild") },
    });
  });
});
