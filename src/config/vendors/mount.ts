import { homedir } from "node:os";
import { isAbsolute, posix, resolve } from "node:path";
import type { MountSpec } from "../../model/container.ts";
import { parseDockerSize } from "../docker-size.ts";
import { describe, isPlainMap, Refusal } from "../schema-kit.ts";

/** A mount as a file gives it: a relative `source` is meant from that file's folder. */
export interface MountDraft {
  mount: MountSpec;
  /** Options that change nothing here, by name. */
  ignored: string[];
}

const volumeName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Options that say what is so anyway, or matter to other systems alone. */
const harmless = new Set([
  ..."rw z Z cached delegated consistent default exec noexec suid nosuid dev nodev".split(" "),
  "mode=1777",
  "mode=01777",
]);

/** The mount that `data:/var/lib/data:ro`, `./conf:/etc/conf`, `/var/cache` (a volume without a name) or a map describes. */
export function parseMount(input: unknown): MountDraft | Refusal {
  if (isPlainMap(input)) return parseLongMount(input);
  if (typeof input !== "string" || input.trim() === "") {
    return new Refusal(`must be a volume as in data:/var/lib/data, not ${describe(input)}`);
  }
  const parts = input.trim().split(":");
  if (parts.length > 3) return new Refusal(`must be SOURCE:TARGET or SOURCE:TARGET:ro, not ${describe(input)}`);
  const [first = "", second, options = ""] = parts;
  if (second === undefined) return checked({ kind: "anonymous", target: first }, []);
  const given = options.split(",").filter((option) => option !== "");
  const mount = { source: first, target: second, isReadOnly: given.includes("ro") };
  return sourced(
    mount,
    given.filter((option) => option !== "ro" && !harmless.has(option)),
  );
}

/** The mount of one entry of `tmpfs:`: `/run` or `/run:size=64m`. */
export function parseTmpfs(input: unknown): MountDraft | Refusal {
  if (typeof input !== "string" || input.trim() === "") {
    return new Refusal(`must be a folder inside the container as in /run, not ${describe(input)}`);
  }
  const [target = "", options = ""] = input.trim().split(/:(.*)/s);
  const given = options.split(",").filter((option) => option !== "");
  const written = given.findLast((option) => option.startsWith("size="))?.slice("size=".length);
  const ignored = given.filter((option) => !option.startsWith("size=") && !harmless.has(option));
  return tmpfs(target, written, ignored);
}

function tmpfs(target: string, size: unknown, ignored: string[]): MountDraft | Refusal {
  const sizeBytes = size === undefined || size === null ? null : parseDockerSize(String(size));
  if (sizeBytes === null && size !== undefined && size !== null) {
    return new Refusal(`has a size that is none: ${describe(size)}`, "write 64m");
  }
  return checked({ kind: "tmpfs", target, sizeBytes }, ignored);
}

const longKeys = ["type", "source", "src", "target", "read_only", "readonly", "size"];
const longSections = ["volume", "bind", "tmpfs", "consistency"];

function parseLongMount(input: Record<string, unknown>): MountDraft | Refusal {
  const given = Object.keys(input).filter((key) => (input[key] ?? null) !== null);
  const unknown = given.find((key) => ![...longKeys, ...longSections, "image", "cluster"].includes(key));
  if (unknown !== undefined) return new Refusal(`has a key that means nothing to it: ${describe(unknown)}`);
  const { type = "volume", target } = input;
  const source = input.source ?? input.src ?? null;
  if (typeof target !== "string") return new Refusal("must say where in the container it is", "write target: /path");
  if (source !== null && typeof source !== "string") return new Refusal(`has a source that is ${describe(source)}`);
  const isReadOnly = (input.read_only ?? input.readonly) === true;
  const ignored = ["volume", "bind"].flatMap((key) => optionsIn(input[key]).map((option) => `${key}.${option}`));
  switch (type) {
    case "tmpfs": {
      const options = isPlainMap(input.tmpfs) ? input.tmpfs : {};
      const further = Object.keys(options).filter((key) => key !== "size");
      return tmpfs(target, options.size ?? input.size, [...ignored, ...further.map((key) => `tmpfs.${key}`)]);
    }
    case "bind":
      if (source === null) return new Refusal("must say what of this machine it is", "write source: ./path");
      return checked({ kind: "bind", source, target, isReadOnly }, ignored);
    case "volume":
      if (source === null) return checked({ kind: "anonymous", target }, ignored);
      return sourced({ source, target, isReadOnly }, ignored);
    default:
      return new Refusal(`must be a volume, bind or tmpfs, not ${describe(type)}`);
  }
}

/** `create_host_path` is what happens anyway. */
function optionsIn(value: unknown): string[] {
  return isPlainMap(value) ? Object.keys(value).filter((key) => key !== "create_host_path" && key !== "selinux") : [];
}

function sourced(
  { source, target, isReadOnly }: { source: string; target: string; isReadOnly: boolean },
  ignored: string[],
): MountDraft | Refusal {
  if (/^[./~]/.test(source)) return checked({ kind: "bind", source, target, isReadOnly }, ignored);
  if (volumeName.test(source)) return checked({ kind: "volume", name: source, target, isReadOnly }, ignored);
  const hint = source.includes("/") ? `write ./${source} for a folder of this machine` : null;
  return new Refusal(`cannot be made of ${describe(source)}, which is no name for a volume`, hint);
}

function checked(mount: MountSpec, ignored: string[]): MountDraft | Refusal {
  const { target } = mount;
  if (!isAbsolute(target)) {
    const hint =
      mount.kind === "anonymous" ? "write NAME:/path, or /path alone" : `write /${target.replace(/^\.?\//, "")}`;
    return new Refusal(`must have an absolute path inside the container, not ${describe(target)}`, hint);
  }
  const normal = posix.normalize(target).replace(/(.)\/$/, "$1");
  if (normal === "/") return new Refusal("cannot take the place of the container's whole file system");
  return { mount: { ...mount, target: normal }, ignored };
}

/** The mount for a file in `folder`: what it takes of this machine has an absolute path. */
export function placeMount(mount: MountSpec, folder: string): MountSpec {
  if (mount.kind !== "bind") return mount;
  return { ...mount, source: resolve(folder, mount.source.replace(/^~(?=\/|$)/, homedir())) };
}
