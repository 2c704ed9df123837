import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { messageOf } from "../../lib/message-of.ts";
import { type TarEntry, tarStream } from "../../lib/tar.ts";
import type { ContainerSpec } from "../../model/container.ts";
import type { Failure } from "../../model/failure.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { Launch } from "../drivers/driver.ts";
import type { FailureOr } from "../failure-or.ts";
import type { Docker } from "./docker.ts";
import { fleetLabel, kindLabel, namePrefix, rootLabel, unitLabel } from "./labels.ts";

/** Where the program is inside. */
const folder = "/app";
/** The image that runs, and the one before it, which a person may go back to. */
const keptImages = 2;

/** Where systems keep the certificates of the authorities that they trust. */
const certificateFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const zoneFolder = "/usr/share/zoneinfo";
/** The same zones again, counted otherwise; and lists of them. */
const skippedZones = new Set(["posix", "right", "localtime", "posixrules"]);

/** An image to start a service from, and what of it is to be executed. */
export interface ServiceImage {
  image: string;
  container: ContainerSpec;
}

/**
 * The image of a service's binary: the one that is there already, or one that is made now, of nothing but the binary, the
 * certificates that this machine trusts and its time zones; or of the binary on top of the image that the config names.
 * Its tag is a hash of its contents, so the same program is never made into an image twice.
 */
export async function serviceImage(
  launch: Launch,
  docker: Docker,
  fleet: Pick<FleetSpec, "id" | "name" | "root">,
): Promise<FailureOr<ServiceImage>> {
  const { service, artifact, container } = launch;
  if (container === null) throw new Error(`${service.name} does not run in a container`);
  const { run } = service;
  if (artifact === null || run.kind !== "binary") {
    const message = "it has no binary of its own that could be put into a container";
    return refused(service.name, message, "only what go build makes is put into an image; name an image: to run that");
  }
  const labels = { [fleetLabel]: fleet.id, [rootLabel]: fleet.root, [kindLabel]: "image", [unitLabel]: service.name };
  const name = `orchestra/${namePrefix(fleet.name, fleet.id)}-${service.name.toLowerCase()}`;
  const program = `${folder}/${service.name}`;
  const spec: ContainerSpec = {
    ...container,
    entrypoint: container.entrypoint ?? [program],
    command: container.command ?? run.args,
  };
  let binary: { size: number; hash: string };
  try {
    binary = await lookAt(artifact);
  } catch (error) {
    return refused(service.name, `its binary cannot be read: ${messageOf(error)}`, "build it again: orchestra rebuild");
  }
  const base = container.image === null ? await plainBase(docker, fleet) : await namedBase(docker, container.image);
  if (!base.ok) return base;
  const dockerfile = `FROM ${base.base}\nCOPY program ${program}\nWORKDIR ${folder}\n`;
  const image = `${name}:${digest(dockerfile, Buffer.from(base.id), Buffer.from(binary.hash))}`;
  const made = await ensureImage(docker, image, labels, [
    { path: "Dockerfile", contents: Buffer.from(dockerfile), mode: 0o644 },
    { path: "program", contents: { file: artifact, size: binary.size }, mode: 0o755 },
  ]);
  if (!made.ok) return made;
  if (made.isNew) await removeOlder(docker, labels, name, image);
  return { ok: true, image, container: { ...spec, image } };
}

/** By engine and tag: replicas of one service start at the same moment, and one of them is to make their image. */
const underWay = new Map<string, Promise<FailureOr<{ isNew: boolean }>>>();

function ensureImage(
  docker: Docker,
  tag: string,
  labels: Record<string, string>,
  entries: readonly TarEntry[],
): Promise<FailureOr<{ isNew: boolean }>> {
  const key = `${docker.endpoint} ${tag}`;
  const before = underWay.get(key);
  if (before !== undefined) return before;
  const making = makeImage(docker, tag, labels, entries).finally(() => underWay.delete(key));
  underWay.set(key, making);
  return making;
}

async function makeImage(
  docker: Docker,
  tag: string,
  labels: Record<string, string>,
  entries: readonly TarEntry[],
): Promise<FailureOr<{ isNew: boolean }>> {
  const known = await docker.image(tag);
  if (!known.ok) return known;
  if (known.image !== null) return { ok: true, isNew: false };
  const made = await docker.build(tag, tarStream(entries), labels);
  return made.ok ? { ok: true, isNew: true } : made;
}

/** Hundreds of files, which are read once in a daemon's life. */
let shared: Promise<SharedFile[]> | null = null;

type SharedFile = TarEntry & { contents: Uint8Array };

async function sharedFiles(): Promise<SharedFile[]> {
  return [...(await certificates()), ...(await zones())];
}

/** Certificates and time zones, which all services share. */
async function plainBase(
  docker: Docker,
  { id, root }: Pick<FleetSpec, "id" | "root">,
): Promise<FailureOr<{ base: string; id: string }>> {
  shared ??= sharedFiles();
  const files = await shared;
  const dockerfile = files.length === 0 ? "FROM scratch\nLABEL empty=1\n" : "FROM scratch\nCOPY root /\n";
  const base = `orchestra/base:${digest(dockerfile, ...files.flatMap(({ path, contents }) => [Buffer.from(path), contents]))}`;
  const labels = { [fleetLabel]: id, [rootLabel]: root, [kindLabel]: "image" };
  const made = await ensureImage(docker, base, labels, [
    { path: "Dockerfile", contents: Buffer.from(dockerfile), mode: 0o644 },
    ...files,
  ]);
  return made.ok ? { ok: true, base, id: "" } : made;
}

/** What the name means now: once its tag has moved, what was made on top of it is old. */
async function namedBase(docker: Docker, base: string): Promise<FailureOr<{ base: string; id: string }>> {
  const known = await docker.image(base);
  return known.ok ? { ok: true, base, id: known.image?.id ?? "" } : known;
}

async function certificates(): Promise<SharedFile[]> {
  for (const file of certificateFiles) {
    try {
      return [{ path: "root/etc/ssl/certs/ca-certificates.crt", contents: await readFile(file), mode: 0o644 }];
    } catch {
      // Another system, another place.
    }
  }
  return [];
}

async function zones(): Promise<SharedFile[]> {
  const entries: SharedFile[] = [];
  const add = async (dir: string): Promise<void> => {
    for (const name of (await readdir(dir)).sort()) {
      if (dir === zoneFolder && skippedZones.has(name)) continue;
      const path = join(dir, name);
      if ((await stat(path)).isDirectory()) await add(path);
      else
        entries.push({
          path: `root${zoneFolder}/${relative(zoneFolder, path)}`,
          contents: await readFile(path),
          mode: 0o644,
        });
    }
  };
  try {
    await add(zoneFolder);
  } catch {
    // A machine without them: programs that need some bring their own.
  }
  return entries;
}

/** Images of binaries that nobody goes back to. One that a container still uses is left by the engine itself. */
async function removeOlder(
  docker: Docker,
  labels: Record<string, string>,
  name: string,
  newest: string,
): Promise<void> {
  const listed = await docker.images(labels);
  if (!listed.ok) return;
  const tags = listed.images
    .flatMap(({ tags: own }) => own)
    .filter((tag) => tag.startsWith(`${name}:`) && tag !== newest);
  // The engine lists the newest first.
  for (const tag of tags.slice(keptImages - 1)) await docker.removeImage(tag);
}

/** A binary may be large, and is never in memory as a whole. */
async function lookAt(file: string): Promise<{ size: number; hash: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes: Buffer = chunk;
    hash.update(bytes);
    size += bytes.length;
  }
  return { size, hash: hash.digest("hex") };
}

function digest(text: string, ...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(text);
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

function refused(container: string, message: string, hint: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { kind: "container-refused", container, status: 400, message, hint } };
}
