import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitChanges } from "../../../src/cli/changed/git-changes.ts";
import { Abort } from "../../../src/lib/abort.ts";
import { TempFolder } from "../../engine/build/temp-folder.ts";

let folder: TempFolder;
let env: Record<string, string>;

beforeEach(() => {
  folder = new TempFolder();
  const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  const own = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_CEILING_DIRECTORIES: folder.path };
  env = { PATH: process.env.PATH ?? "", HOME: folder.path, ...author, ...own };
});
afterEach(() => folder[Symbol.asyncDispose]());

const git = (...args: string[]) => execFileSync("git", args, { cwd: folder.join("repo"), env, stdio: "pipe" });

/** A repository with one commit on `main`. */
function repository(files: Record<string, string> = { "a.txt": "1\n", "b.txt": "1\n", "c.txt": "1\n" }): void {
  mkdirSync(folder.join("repo"));
  git("init", "-q", "-b", "main");
  write(files);
  commit();
}

const write = (files: Record<string, string>) =>
  folder.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`repo/${name}`, text])));

function commit(): void {
  git("add", "-A");
  git("commit", "-qm", "change");
}

async function changes(ref: string | null = null, place = "repo") {
  const { files, since } = await gitChanges(folder.join(place), ref, { env, signal: new AbortController().signal });
  return { files: files.map((file) => file.slice(folder.join("repo").length + 1)), since };
}

async function refusal(ref: string | null = null): Promise<string> {
  const error: unknown = await changes(ref).catch((thrown) => thrown);
  if (!(error instanceof Abort)) throw new Error(`no Abort: ${String(error)}`);
  expect(error.exitCode).toBe(2);
  return `${error.message}\n${error.hint}`;
}

describe("what changed", () => {
  test("is what was committed since, staged, changed, removed and new, but not what is ignored", async () => {
    repository({
      "a.txt": "1\n",
      "b.txt": "1\n",
      "c.txt": "1\n",
      "d.txt": "1\n",
      ".gitignore": "*.log\n",
      "same.txt": "1\n",
    });
    write({ "a.txt": "2\n" });
    commit();
    write({ "b.txt": "2\n", "new ä\n.txt": "", "x.log": "" });
    git("add", "b.txt");
    write({ "c.txt": "2\n" });
    rmSync(folder.join("repo/d.txt"));
    const { files, since } = await changes("HEAD~1");
    expect(files).toEqual(["a.txt", "b.txt", "c.txt", "d.txt", "new ä\n.txt"]);
    expect(since).toMatch(/^HEAD~1 \([0-9a-f]{7}\)$/);
  });

  test("without a ref is what differs from HEAD, where there is no upstream", async () => {
    repository();
    write({ "a.txt": "2\n" });
    expect(await changes()).toEqual({ files: ["a.txt"], since: expect.stringMatching(/^HEAD \([0-9a-f]{7}\)$/) });
  });

  test("without a ref is what was done since the merge base with the upstream", async () => {
    repository();
    git("checkout", "-q", "-b", "mine", "--track", "main");
    write({ "a.txt": "2\n" });
    commit();
    git("checkout", "-q", "main");
    write({ "b.txt": "of others\n" });
    commit();
    git("checkout", "-q", "mine");
    const { files, since } = await changes();
    expect({ files, since }).toEqual({
      files: ["a.txt"],
      since: expect.stringMatching(/^the merge base with main \(/),
    });
    expect((await changes("main")).since).toMatch(/^where it left main \(/);
  });

  test("a file that is staged and then put back counts, and a renamed one under both names", async () => {
    repository();
    write({ "a.txt": "2\n" });
    git("add", "a.txt");
    write({ "a.txt": "1\n" });
    git("mv", "b.txt", "z.txt");
    expect((await changes()).files).toEqual(["a.txt", "b.txt", "z.txt"]);
  });

  test("before the first commit is all there is", async () => {
    mkdirSync(folder.join("repo"));
    git("init", "-q");
    write({ "a.txt": "", "b.txt": "" });
    git("add", "a.txt");
    expect(await changes()).toEqual({
      files: ["a.txt", "b.txt"],
      since: "the beginning (nothing is committed yet)",
    });
  });

  test("is told for the whole repository, also from a folder in it", async () => {
    repository({ "services/api/main.go": "", "lib/x.go": "" });
    write({ "lib/x.go": "2", "services/api/new.go": "" });
    expect((await changes(null, "repo/services")).files).toEqual(["lib/x.go", "services/api/new.go"]);
  });
});

describe("git cannot tell", () => {
  test("in no repository", async () => {
    mkdirSync(folder.join("repo"));
    expect(await refusal()).toContain(`${folder.join("repo")} is in no git repository`);
  });

  test.each(["nope", "--output=x", "a b"])("of an unknown ref: %s", async (ref) => {
    repository();
    expect(await refusal(ref)).toMatch(
      new RegExp(`^git knows no commit "${ref}"\nsee what there is: git branch --all`),
    );
  });

  test("of an unknown ref in a shallow clone, and says how to deepen it", async () => {
    repository();
    write({ "a.txt": "2\n" });
    commit();
    git("clone", "-q", "--depth", "1", `file://${folder.join("repo")}`, folder.join("shallow"));
    rmSync(folder.join("repo"), { recursive: true });
    execFileSync("mv", [folder.join("shallow"), folder.join("repo")]);
    expect(await refusal("HEAD~1")).toContain("this clone is shallow: git fetch --unshallow");
  });

  test("where there is no git", async () => {
    repository();
    env.PATH = "/nowhere";
    expect(await refusal()).toContain("--changed needs git, and there is no git on PATH");
  });

  test("where git itself fails, in git's words", async () => {
    repository();
    folder.write({
      "bin/git":
        '#!/bin/sh\n[ "$1" = rev-parse ] && { pwd; exit 0; }\necho "fatal: index file corrupt" >&2; exit 128\n',
    });
    chmodSync(folder.join("bin/git"), 0o755);
    env.PATH = `${folder.join("bin")}:${env.PATH}`;
    expect(await refusal()).toContain("failed: fatal: index file corrupt");
  });
});
