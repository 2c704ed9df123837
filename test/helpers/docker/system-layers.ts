import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A layer of an image, as the archive that an engine reads. */
export interface Layer {
  /** `sha256:…` of the archive. */
  digest: string;
  bytes: number;
  /** Where it is: in a file, or here. */
  source: { file: string } | { contents: Buffer };
}

/** Programs of the machine's own packages, with all they need, but for `busybox`, which the others build upon. */
export type SystemPrograms = "busybox" | "redis" | "postgres";

/** A layer of programs of this machine. It is made once for each version of their packages, and kept in the cache. */
export async function systemLayer(name: SystemPrograms): Promise<Layer> {
  const { packages, stage } = recipes[name];
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "orchestra-test-images");
  const recipe = readFileSync(import.meta.filename, "utf8");
  const key = createHash("sha256")
    .update(`${recipe}\n${versions(["libc6", ...packages])}`)
    .digest("hex")
    .slice(0, 16);
  const file = join(cache, `${name}-${key}.tar`);
  // The digest is written last: where it is, the archive is whole.
  const note = `${file}.digest`;
  if (!existsSync(note)) {
    mkdirSync(cache, { recursive: true });
    removeOldLayers(cache, name);
    const root = mkdtempSync(join(cache, "stage-"));
    try {
      // It becomes the root of containers, in which not everybody is root.
      chmodSync(root, 0o755);
      stage(root);
      const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
      execFileSync("tar", [...steady, "-C", root, "-cf", `${root}.tar`, "."]);
      writeFileSync(`${root}.digest`, await digestOf(`${root}.tar`));
      renameSync(`${root}.tar`, file);
      renameSync(`${root}.digest`, note);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  return { digest: readFileSync(note, "utf8"), bytes: statSync(file).size, source: { file } };
}

const oldMs = 24 * 3600 * 1000;

interface Recipe {
  packages: string[];
  /** Lays out the files below a folder. */
  stage(root: string): void;
}

const recipes: Record<SystemPrograms, Recipe> = {
  busybox: { packages: ["busybox-static"], stage: stageBusybox },
  redis: {
    packages: ["redis-server"],
    stage: (root) => {
      for (const name of ["redis-server", "redis-cli"]) copyProgram(root, `/usr/bin/${name}`);
    },
  },
  postgres: { packages: ["postgresql-[0-9]*"], stage: stagePostgres },
};

function stageBusybox(root: string): void {
  for (const folder of ["bin", "etc", "tmp", "root", "www", "data", "usr/local/bin", "var/run"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  chmodSync(join(root, "tmp"), 0o1777);
  const busybox = join(root, "bin/busybox");
  copyFileSync("/usr/bin/busybox", busybox);
  for (const applet of execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n")) {
    if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  }
  const users: [string, number, string][] = [
    ["root", 0, "/root"],
    ["redis", 998, "/data"],
    ["postgres", 999, "/tmp"],
  ];
  const lines = (line: (user: [string, number, string]) => string) => `${users.map(line).join("\n")}\n`;
  writeFileSync(
    join(root, "etc/passwd"),
    lines(([name, id, home]) => `${name}:x:${id}:${id}::${home}:/bin/sh`),
  );
  writeFileSync(
    join(root, "etc/group"),
    lines(([name, id]) => `${name}:x:${id}:`),
  );
  writeFileSync(join(root, "www/index.html"), "hello from a container\n");
}

function stagePostgres(root: string): void {
  const [bin] = globSync("/usr/lib/postgresql/*/bin").sort().reverse();
  if (bin === undefined) throw new Error("PostgreSQL's package is not installed");
  const version = basename(dirname(bin));
  for (const name of ["postgres", "initdb", "pg_isready", "psql"]) {
    copyProgram(root, join(bin, name));
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    symlinkSync(join(bin, name), join(root, "usr/local/bin", name));
  }
  for (const library of globSync(join(dirname(bin), "lib/*.so"))) {
    // The compiler of queries is most of the package, and is not needed.
    if (!library.endsWith("/llvmjit.so")) copyProgram(root, library);
  }
  cpSync(`/usr/share/postgresql/${version}`, join(root, `usr/share/postgresql/${version}`), {
    recursive: true,
    filter: (file) => !/\/(man|contrib)$/.test(file),
  });
  // The one time zone that clients ask for by name.
  for (const zone of globSync("/usr/share/zoneinfo/{UTC,Etc/UTC}")) {
    mkdirSync(dirname(join(root, zone)), { recursive: true });
    copyFileSync(realpathSync(zone), join(root, zone));
  }
  stageCluster(root, bin);
}

/** An empty database cluster to start from: to make one takes a second of a processor, and each test would pay it. */
function stageCluster(root: string, bin: string): void {
  const target = join(root, "usr/share/cluster");
  // Root may not make one, and others may not enter a cache of root's.
  const nobody = { uid: 65_534, gid: 65_534 };
  const work = mkdtempSync("/tmp/cluster-");
  try {
    chownSync(work, nobody.uid, nobody.gid);
    const args = ["--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"];
    const env = { PATH: process.env.PATH, TZ: "GMT" };
    execFileSync(join(bin, "initdb"), [...args, `--pgdata=${work}/data`], {
      ...nobody,
      cwd: work,
      env,
      stdio: "ignore",
    });
    cpSync(join(work, "data"), target, { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  execFileSync("chmod", ["-R", "a+rX", target]);
}

/** With the shared libraries that it is linked to. */
function copyProgram(root: string, program: string): void {
  const linked = execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
  for (const file of [program, ...[...linked].map(([, path]) => path ?? "")]) {
    const target = join(root, file);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(file), target);
  }
}

function versions(packages: string[]): string {
  return execFileSync("dpkg-query", ["-W", "-f", "${Package} ${Version}\n", ...packages], { encoding: "utf8" });
}

/** Those of other versions that have not been made lately. */
function removeOldLayers(cache: string, name: SystemPrograms): void {
  for (const file of globSync(join(cache, `{${name},stage}-*`))) {
    const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > oldMs) rmSync(file, { recursive: true, force: true });
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}
