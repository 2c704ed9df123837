import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { tarEnd, tarHeader, tarPadding } from "../../../src/lib/tar.ts";
import type { DockerApi } from "./docker-api.ts";
import { type Layer, type SystemPrograms, systemLayer } from "./system-layers.ts";

/** What `docker inspect` shows of an image as its `Config`, as far as tests set it. Durations are nanoseconds. */
export interface ImageConfig {
  Cmd?: string[];
  Entrypoint?: string[];
  Env?: string[];
  ExposedPorts?: Record<string, object>;
  Healthcheck?: { Test: string[]; Interval?: number; Timeout?: number; Retries?: number; StartPeriod?: number };
  Labels?: Record<string, string>;
  StopSignal?: string;
  User?: string;
  Volumes?: Record<string, object>;
  WorkingDir?: string;
}

export interface ImageWish {
  /** The lowest layers. */
  programs?: SystemPrograms[];
  /** A layer for each of them, on top: path without a leading slash → contents. All are executable. */
  layers?: Record<string, string | Buffer>[];
  config?: ImageConfig;
}

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Makes an image and gives it a tag as in `busybox:latest`, without a registry; resolves with its id. The same wish
 * always makes the same image, and the tag moves to the newest.
 */
export async function loadImage(api: DockerApi, tag: string, wish: ImageWish): Promise<string> {
  const layers = await Promise.all((wish.programs ?? []).map(systemLayer));
  for (const files of wish.layers ?? []) layers.push(layerOfFiles(files));
  const image = Buffer.from(
    JSON.stringify({
      architecture: architecture(),
      os: "linux",
      created: "2024-01-01T00:00:00Z",
      config: { ...wish.config, Env: [searchPath, ...(wish.config?.Env ?? [])] },
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
      history: layers.map(() => ({ created: "2024-01-01T00:00:00Z" })),
    }),
  );
  const id = createHash("sha256").update(image).digest("hex");
  const there = await api.ask<{ Id: string }>("GET", `/images/${tag}/json`).catch(() => null);
  if (there?.Id === `sha256:${id}`) return there.Id;
  const manifest = [
    {
      Config: `${id}.json`,
      RepoTags: [tag],
      Layers: layers.map(({ digest }) => `${digest.slice("sha256:".length)}.tar`),
    },
  ];
  const files: [string, Layer["source"], number][] = [
    [`${id}.json`, { contents: image }, image.length],
    ...layers.map(({ digest, source, bytes }): [string, Layer["source"], number] => [
      `${digest.slice("sha256:".length)}.tar`,
      source,
      bytes,
    ]),
  ];
  const list = Buffer.from(JSON.stringify(manifest));
  files.push(["manifest.json", { contents: list }, list.length]);
  const said = (await api.bytes("POST", "/images/load?quiet=1", { raw: Readable.from(archive(files)) })).toString();
  // The answer's head says 200 before anything is read.
  if (said.includes('"error"')) throw new Error(`${tag} was not taken: ${said}`);
  return `sha256:${id}`;
}

async function* archive(files: [string, Layer["source"], number][]): AsyncGenerator<Buffer> {
  for (const [path, source, size] of files) {
    yield tarHeader({ path, size, mode: 0o644 });
    if ("contents" in source) yield source.contents;
    else yield* createReadStream(source.file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    yield tarPadding(size);
  }
  yield tarEnd();
}

function layerOfFiles(files: Record<string, string | Buffer>): Layer {
  const pieces = Object.entries(files).flatMap(([path, text]) => {
    const contents = Buffer.from(text);
    return [tarHeader({ path, size: contents.length, mode: 0o755 }), contents, tarPadding(contents.length)];
  });
  const contents = Buffer.concat([...pieces, tarEnd()]);
  const digest = `sha256:${createHash("sha256").update(contents).digest("hex")}`;
  return { digest, bytes: contents.length, source: { contents } };
}

/** By the name that images use. */
function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
