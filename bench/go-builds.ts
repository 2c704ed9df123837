/**
 * Go services of one module that share packages, all to be built by the build queue: by one `go build` for all, against
 * one each, as many at once as cores. Twelve and three of them with everything compiled, so that they are linked alone,
 * and after an edit of a package that all share; twelve with an empty build cache. In turn; a figure is the median of its
 * pairs' ratios. On a machine that others load only the time of a core tells something, since Linux shares the cores out
 * by session, and each command has one; in a cgroup of its own (cpu) all of it can be compared. It takes some five
 * minutes. An argument gives another number of pairs; the empty cache has half as many.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaultService } from "../src/config/default-service.ts";
import { BuildQueue } from "../src/engine/build/build-queue.ts";
import { GoToolchain } from "../src/engine/build/go-toolchain.ts";
import type { ServiceSpec } from "../src/model/service.ts";
import { median } from "./lib/median.ts";

const pairs = Number(process.argv[2] ?? 4);
const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
const shared = ["serve", "store", "auth"];

const root = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-bench-")));
const cache = join(root, "cache");
const env = { ...(process.env as Record<string, string>), GOCACHE: cache };

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function goImports(...paths: string[]): string {
  return `import (\n${paths.map((path) => `\t"${path}"\n`).join("")})\n\n`;
}

function writeModule(): void {
  write("src/go.mod", "module example.com/fleet\n\ngo 1.19\n");
  for (const name of shared) {
    const answer = `_ = json.NewEncoder(w).Encode(map[string]string{"${name}": r.URL.Path})`;
    const handler = `func(w http.ResponseWriter, r *http.Request) {\n\t\t${answer}\n\t}`;
    const body = `func Handle(mux *http.ServeMux) {\n\tmux.HandleFunc("/${name}", ${handler})\n}\n`;
    write(`src/internal/${name}/${name}.go`, `package ${name}\n\n${goImports("encoding/json", "net/http")}${body}`);
  }
  const imports = goImports("net/http", "os", ...shared.map((name) => `example.com/fleet/internal/${name}`));
  const calls = shared.map((name) => `\t${name}.Handle(mux)\n`).join("");
  for (const name of names) {
    const serve = `\tprintln("${name}", http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux).Error())\n`;
    const main = `func main() {\n\tmux := http.NewServeMux()\n${calls}${serve}}\n`;
    write(`src/${name}/main.go`, `package main\n\n${imports}${main}`);
  }
}

let edits = 0;
function editShared(): void {
  edits++;
  write("src/internal/serve/edit.go", `package serve\n\nfunc init() { println("edit ${edits}") }\n`);
}

class OneByOne extends GoToolchain {
  override sharedCommandOf(): null {
    return null;
  }
}

/** In milliseconds: until all are built, until one is on the average, and the time of a core that it took. */
type Cost = Record<"all" | "each" | "cpu", number>;

/** Time of a core that children have had that have ended, and theirs. */
function childrenCpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Clock ticks, of which Linux has 100 a second.
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function build(toolchainIn: (binDir: string) => GoToolchain, count: number): Promise<Cost> {
  const binDir = join(root, "bin");
  const toolchain = toolchainIn(binDir);
  const concurrency = availableParallelism();
  const queue = new BuildQueue({ concurrency, binDir, onChange: () => undefined, toolchainOf: () => toolchain });
  const before = childrenCpuMs();
  const startedAt = performance.now();
  const tookMs = await Promise.all(
    names.slice(0, count).map(async (name) => {
      const outcome = await queue.request({ service: serviceOf(name), env, force: true });
      if (!outcome.ok) throw new Error(`${name} was not built: ${JSON.stringify(outcome)}`);
      return performance.now() - startedAt;
    }),
  );
  await queue.close();
  await toolchain.close();
  rmSync(binDir, { recursive: true, force: true });
  const each = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
  return { all: Math.max(...tookMs), each, cpu: childrenCpuMs() - before };
}

function serviceOf(name: string): ServiceSpec {
  const dir = join(root, "src", name);
  const go = { package: ".", tags: [], race: false, ldflags: "" };
  return { ...defaultService(name, dir, join(dir, "service.yml")), build: { kind: "go", go } };
}

const ways = {
  one: (count: number) => build((binDir) => new GoToolchain(binDir), count),
  each: (count: number) => build((binDir) => new OneByOne(binDir), count),
};

interface Case {
  name: string;
  count: number;
  pairs: number;
  prepare: () => void;
}

const compiled = { name: "with everything compiled", prepare: () => undefined };
const edited = { name: "after an edit of a shared package", prepare: editShared };
const emptied = { name: "with an empty build cache", prepare: () => rmSync(cache, { recursive: true, force: true }) };
// The slow one last, since it leaves least time for the others where somebody ends it.
const cases: Case[] = [
  { ...compiled, count: 12, pairs },
  { ...edited, count: 12, pairs },
  { ...compiled, count: 3, pairs },
  { ...edited, count: 3, pairs },
  { ...emptied, count: 12, pairs: Math.ceil(pairs / 2) },
];

async function run({ name, count, pairs, prepare }: Case): Promise<void> {
  const costs: Record<keyof typeof ways, Cost[]> = { one: [], each: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const way of pair % 2 === 0 ? (["each", "one"] as const) : (["one", "each"] as const)) {
      prepare();
      costs[way].push(await ways[way](count));
    }
  }
  const ratio = (key: keyof Cost): string =>
    median(costs.one.map((cost, i) => cost[key] / (costs.each[i]?.[key] ?? Number.NaN))).toFixed(2);
  const seconds = (way: keyof typeof ways): string => (median(costs[way].map(({ all }) => all)) / 1000).toFixed(1);
  console.log(
    `go-builds: ${name}, one go build for ${count} services takes ${ratio("all")} times as long as one each (${seconds("one")} s against ${seconds("each")} s) and ${ratio("cpu")} times the time of a core; a service waits ${ratio("each")} times as long on the average`,
  );
}

try {
  writeModule();
  await ways.one(names.length);
  for (const one of cases) await run(one);
} finally {
  rmSync(root, { recursive: true, force: true });
}
