import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join, relative, resolve } from "node:path";
import { build as bundle, type Plugin } from "esbuild";

/**
 * What becomes a bundle of its own in dist/: name → source. A module that two bundles both need one single copy of
 * (an error class that is asked for with `instanceof`) is listed as well.
 */
const entries: Record<string, string> = {
  "main.bundle": "src/main.ts",
  "daemon.bundle": "src/daemon/daemon-main.ts",
  "fork-server.bundle": "src/engine/process/fork-server/fork-server-main.ts",
  "orphan-guard.bundle": "src/engine/process/orphan-guard/orphan-guard-main.ts",
  dashboard: "src/ui/run-dashboard.tsx",
  docker: "src/engine/vendors/docker/connect-docker.ts",
  abort: "src/lib/abort.ts",
};

/**
 * What is run: name → its bundle. A program is a few lines that switch Node's compile cache on before they import the
 * bundle, since compiling it anew each time costs `orchestra ps` 25 ms of 75.
 */
const programs: Record<string, string> = {
  main: "main.bundle",
  daemon: "daemon.bundle",
  "fork-server": "fork-server.bundle",
  "orphan-guard": "orphan-guard.bundle",
};

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const stampFile = join(dist, ".build-stamp");

/** Yoga and some of Ink's dependencies are CommonJS and call `require`, which an ES module does not have. */
const banner = 'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);';

/**
 * Builds dist/ if a source is newer than it. Each file is replaced in one step, so a program that starts meanwhile
 * reads a whole one. True where something was built; throws where a source does not compile (esbuild has said why).
 */
export async function build(options: { force?: boolean; isQuiet?: boolean } = {}): Promise<boolean> {
  const stamp = await stampOfSources();
  if (options.force !== true && (await isUpToDate(stamp))) return false;

  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const result = await bundle({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: source })),
    outdir: dist,
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.22",
    jsx: "automatic",
    minifySyntax: true,
    legalComments: "none",
    banner: { js: banner },
    define: { "process.env.NODE_ENV": '"production"', ORCHESTRA_VERSION: JSON.stringify(version) },
    plugins: [entriesStayApart, builtinsByValue, withoutDevtools, dockerodeAlone],
    logLevel: options.isQuiet === true ? "silent" : "warning",
  });
  const files = new Map(result.outputFiles.map((file) => [relative(dist, file.path), file.text]));
  for (const [name, bundleName] of Object.entries(programs)) files.set(`${name}.js`, launcherOf(bundleName));
  await mkdir(dist, { recursive: true });
  for (const [name, text] of files) {
    const file = join(dist, name);
    await writeFile(`${file}.${process.pid}`, text);
    await rename(`${file}.${process.pid}`, file);
  }
  for (const name of await readdir(dist)) {
    if (name.endsWith(".js") && !files.has(name)) await rm(join(dist, name), { force: true });
  }
  await writeFile(stampFile, stamp);
  return true;
}

function launcherOf(bundleName: string): string {
  return `process.getBuiltinModule("node:module").enableCompileCache(\`\${import.meta.dirname}/.compile-cache\`);
await import("./${bundleName}.js");
`;
}

/** An import of one entry in another becomes an import of its file in dist/, whether it is static or dynamic. */
const entriesStayApart: Plugin = {
  name: "entries-stay-apart",
  setup(build) {
    const nameOf = new Map(Object.entries(entries).map(([name, source]) => [join(root, source), name]));
    build.onResolve({ filter: /^\.\.?\// }, (args) => {
      if (args.kind === "entry-point") return undefined;
      const name = nameOf.get(resolve(args.resolveDir, args.path));
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/**
 * Takes Node's own modules with `process.getBuiltinModule` instead of `import`. An import reads every property of the
 * module, lazy ones included: that of `node:http` loads all of undici, which makes a program start 20 ms later.
 */
const builtinsByValue: Plugin = {
  name: "builtins-by-value",
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      if (!path.startsWith("node:") && !builtinModules.includes(path)) return undefined;
      const namespace = kind === "require-call" ? "builtin-required" : "builtin";
      return { path: path.replace(/^(node:)?/, "node:"), namespace };
    });
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: builtinShim(path) }));
    build.onLoad({ filter: /.*/, namespace: "builtin-required" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Properties with a getter that are imported by name somewhere. The others cost time or print a warning when read. */
const wantedGetters = ["aborted", "promises"];

/** What nobody imports falls away, since esbuild may drop a call that is marked as pure. */
function builtinShim(path: string): string {
  const names = Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(path) ?? {}))
    .filter(([name, { get }]) => get === undefined || wantedGetters.includes(name))
    .map(([name]) => name)
    .filter((name) => /^[a-zA-Z_]\w*$/.test(name) && name !== "default");
  return [
    `const $builtin = process.getBuiltinModule(${JSON.stringify(path)});`,
    "const $get = (name) => $builtin[name];",
    "export default $builtin;",
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ $get("${name}");`),
  ].join("\n");
}

/** Ink imports React's developer tools, which are no dependency of ours, and asks for them only in development. */
const withoutDevtools: Plugin = {
  name: "without-devtools",
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: "empty" }));
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "export default {};" }));
  },
};

/**
 * What dockerode brings along for what we never ask of it: sessions of BuildKit, engines behind ssh, packing a folder,
 * reading a chain of certificates. Without it the bundle has 185 kB instead of 1.8 MB, and takes half the memory and a third of the time.
 */
const unusedByDockerode: Record<string, string> = {
  "@balena/dockerignore": "module.exports = {};",
  "@grpc/grpc-js": "module.exports = {};",
  "@grpc/proto-loader": "module.exports = {};",
  debug: "module.exports = () => () => {};",
  protobufjs: "module.exports = {};",
  "readable-stream": 'module.exports = require("stream");',
  "split-ca": "module.exports = () => [];",
  ssh2: "module.exports = {};",
  "tar-fs": "module.exports = {};",
};

const dockerodeAlone: Plugin = {
  name: "dockerode-alone",
  setup(build) {
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, importer }) =>
      path in unusedByDockerode && /node_modules\/(dockerode|docker-modem)\//.test(importer)
        ? { path, namespace: "unused-by-dockerode" }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "unused-by-dockerode" }, ({ path }) => ({
      contents: unusedByDockerode[path] ?? "",
    }));
  },
};

/** Changes whenever a source, this script, the manifest or the lock file does. */
async function stampOfSources(): Promise<string> {
  const hash = createHash("sha256");
  const sources = (await readdir(join(root, "src"), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of [
    ...sources.sort(),
    ...["package.json", "package-lock.json", "scripts/build.ts"].map((f) => join(root, f)),
  ]) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

async function isUpToDate(stamp: string): Promise<boolean> {
  const built = await readFile(stampFile, "utf8").catch(() => null);
  const names = [...Object.keys(entries), ...Object.keys(programs)];
  return built === stamp && names.every((name) => existsSync(join(dist, `${name}.js`)));
}

if (import.meta.main) {
  const startedAt = performance.now();
  try {
    const didBuild = await build({ force: process.argv.includes("--force") });
    const took = Math.round(performance.now() - startedAt);
    console.log(didBuild ? `build: dist/ in ${took} ms` : "build: dist/ is up to date");
  } catch (error) {
    // Of a mistake in the sources, esbuild has said what and where.
    if (!(error instanceof Error && "errors" in error)) throw error;
    process.exitCode = 1;
  }
}
