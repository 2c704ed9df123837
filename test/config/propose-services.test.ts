import { describe, expect, test } from "vitest";
import {
  type ExistingServices,
  type FolderReader,
  type Proposal,
  proposeServices,
} from "../../src/config/propose-services.ts";

const main = "package main\n\nfunc main() {\n}\n";

/** A tree of folders from path → text. */
function tree(files: Record<string, string>): FolderReader {
  const paths = Object.keys(files).sort();
  return {
    list(folder) {
      const prefix = folder === "" ? "" : `${folder}/`;
      const inside = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
      const names = new Map(inside.map((path) => [path.split("/")[0] as string, path.includes("/")]));
      return [...names].map(([name, isFolder]) => ({ name, isFolder }));
    },
    read: (file) => files[file] ?? null,
  };
}

function propose(files: Record<string, string>, existing: Partial<ExistingServices> = {}): Proposal {
  const nothing = { names: new Set<string>(), folders: new Set<string>(), isInModule: false, rootName: "shop" };
  return proposeServices(tree(files), { ...nothing, ...existing });
}

/** `name dir target settings`, one a service. */
function told({ services }: Proposal): string[] {
  return services.map(({ name, dir, target, settings }) => `${name} ${dir} ${target} ${JSON.stringify(settings)}`);
}

describe("Go programs", () => {
  test("a direct subfolder needs an empty service.yml; anything deeper, and the root, an entry", () => {
    const files = { "go.mod": "module shop", "main.go": main, "orders/main.go": main, "cmd/api/main.go": main };
    expect(told(propose(files))).toEqual([
      'shop . orchestra.yml {"dir":"."}',
      'api cmd/api orchestra.yml {"dir":"cmd/api"}',
      "orders orders service.yml {}",
    ]);
  });

  test.each([
    ["a library", { "orders/orders.go": "package orders\n\nfunc Main() {}\n" }],
    ["a main package without a main function", { "orders/main.go": "package main\n" }],
    ["a test", { "orders/main_test.go": main }],
    ["a generator that is left out of a build", { "orders/gen.go": `//go:build ignore\n\n${main}` }],
    ["vendored code", { "vendor/x/main.go": main }],
    ["testdata", { "orders/testdata/main.go": main }],
    ["node_modules", { "node_modules/x/main.go": main }],
    ["a hidden folder", { ".tools/main.go": main }],
    ["a folder that Go ignores", { "_old/main.go": main }],
    ["a fleet of its own", { "demo/orchestra.yml": "", "demo/api/main.go": main }],
  ])("%s is none", (_, files: Record<string, string>) => {
    expect(propose({ "go.mod": "module shop", ...files })).toEqual({ services: [], remarks: [] });
  });

  test("each module of its own is one to build in; without any, nothing is proposed, and it is said", () => {
    const files = { "orders/go.mod": "module orders", "orders/cmd/server/main.go": main, "loose/main.go": main };
    const proposal = propose(files);
    expect(told(proposal)).toEqual(['orders orders/cmd/server orchestra.yml {"dir":"orders/cmd/server"}']);
    expect(proposal.remarks).toEqual(["loose has a Go program without a go.mod: go mod init"]);
    expect(told(propose({ "loose/main.go": main }, { isInModule: true }))).toEqual(["loose loose service.yml {}"]);
  });

  test("a module that the go.work does not use cannot be built, and is only remarked on", () => {
    const files = {
      "go.work": "go 1.24\n\nuse (\n\t./a // the first\n\t./b\n)\nuse ./c\n",
      ...Object.fromEntries(
        ["a", "b", "c", "d"].flatMap((m) => [
          [`${m}/go.mod`, ""],
          [`${m}/main.go`, main],
        ]),
      ),
      "d/cmd/x/main.go": main,
    };
    const proposal = propose(files);
    expect(proposal.services.map((s) => s.name)).toEqual(["a", "b", "c"]);
    expect(proposal.remarks).toEqual([
      "d has a Go program in a module that go.work does not use: go work use",
      "d/cmd/x has a Go program in a module that go.work does not use: go work use",
    ]);
  });
});

describe("package.json", () => {
  const manifest = (scripts: Record<string, string>, more = {}) => JSON.stringify({ scripts, ...more });
  test.each<[string, string, string[]]>([
    ["a start script", manifest({ start: "node a.js", dev: "vite" }), ["web web service.yml {}"]],
    ["no start script but dev", manifest({ dev: "vite" }), ['web web service.yml {"run":"npm run dev"}']],
    ["neither", manifest({ test: "vitest" }), []],
    ["an empty start script", manifest({ start: " " }), []],
    ["workspaces", manifest({ start: "turbo" }, { workspaces: ["a"] }), []],
    ["no JSON", "{", []],
    ["no object", "[]", []],
  ])("with %s", (_, text, expected) => {
    expect(told(propose({ "web/package.json": text }))).toEqual(expected);
  });

  test("the package manager is that of the nearest lock file; a start script beside Go files has to be named", () => {
    const files = {
      "pnpm-lock.yaml": "",
      "a/package.json": manifest({ dev: "vite" }),
      "b/package.json": manifest({ dev: "vite" }, { packageManager: "yarn@4.5.0" }),
      "c/package.json": manifest({ start: "x" }),
      "c/assets.go": "package assets\n",
    };
    const proposal = propose(files);
    expect(told(proposal)).toEqual([
      'a a service.yml {"run":"pnpm run dev"}',
      'b b service.yml {"run":"yarn run dev"}',
      'c c service.yml {"run":"pnpm start"}',
    ]);
  });

  test("beside a Go program it is a tool of that", () => {
    const files = { "go.mod": "", "api/main.go": main, "api/package.json": manifest({ start: "x" }) };
    expect(told(propose(files))).toEqual(["api api service.yml {}"]);
  });
});

describe("names", () => {
  const at = (...folders: string[]) => ({
    "go.mod": "",
    ...Object.fromEntries(folders.map((folder) => [`${folder}/main.go`, main])),
  });
  test.each<[string, string[], Partial<ExistingServices>, string[]]>([
    ["a folder that says nothing gives way to the one above", ["orders/cmd/server"], {}, ["orders"]],
    ["a direct subfolder has its own", ["a/api", "api"], {}, ["a-api", "api"]],
    ["two of a name are told apart by where they are", ["a/cmd/run", "b/cmd/run"], {}, ["run", "b-run"]],
    ["one that is taken is not taken again", ["cmd/api"], { names: new Set(["api"]) }, ["cmd-api"]],
    ["what is no name is made one", ["cmd/my api"], {}, ["my-api"]],
  ])("%s", (_, folders, existing, expected) => {
    expect(propose(at(...folders), existing).services.map((s) => s.name)).toEqual(expected);
  });

  test("a folder that cannot be a name has its name written down", () => {
    expect(told(propose(at("my api")))).toEqual(['my-api my api service.yml {"name":"my-api"}']);
  });
});

test("what is a service already, also by its package, is not proposed again", () => {
  const files = { "go.mod": "", "orders/main.go": main, "cmd/api/main.go": main, "web/main.go": main };
  const existing = { folders: new Set(["orders", "cmd/api"]), names: new Set(["orders", "api"]) };
  expect(told(propose(files, existing))).toEqual(["web web service.yml {}"]);
});

test("a tree that does not end is looked at only so far, and that is said", () => {
  const endless: FolderReader = {
    list: () => Array.from({ length: 9 }, (_, i) => ({ name: `d${i}`, isFolder: true })),
    read: () => null,
  };
  const { remarks } = proposeServices(endless, {
    names: new Set(),
    folders: new Set(),
    isInModule: true,
    rootName: "x",
  });
  expect(remarks).toEqual(["there are more than 5000 folders; not all of them were looked at"]);
});
