import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { paths } from "../../src/daemon/paths.ts";
import { prepareStateDir, stateDirAbort } from "../../src/daemon/state-dir.ts";
import { Abort } from "../../src/lib/abort.ts";
import { tempRoot } from "./wire-fixture.ts";

const uid = process.getuid?.() ?? 0;

test("the folder is made for its user alone, ignored by git, and can be prepared again", () => {
  const root = emptyRoot();
  expect(prepareStateDir(root)).toBe(join(root, ".orchestra"));
  expect(statSync(paths.stateDir(root)).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(root, ".orchestra", ".gitignore"), "utf8")).toBe("*\n");
  expect(statSync(paths.daemonLog(root)).mode & 0o777).toBe(0o600);
  prepareStateDir(root);
});

test("a .gitignore of the user's own stays", () => {
  const root = tempRoot();
  writeFileSync(join(root, ".orchestra", ".gitignore"), "logs\n");
  prepareStateDir(root);
  expect(readFileSync(join(root, ".orchestra", ".gitignore"), "utf8")).toBe("logs\n");
});

test("a folder that others may write to is closed", () => {
  const root = tempRoot();
  chmodSync(paths.stateDir(root), 0o777);
  prepareStateDir(root);
  expect(statSync(paths.stateDir(root)).mode & 0o777).toBe(0o700);
});

test("a file in its place is an abort that names it", () => {
  const root = emptyRoot();
  writeFileSync(paths.stateDir(root), "");
  expect(() => prepareStateDir(root)).toThrow(Abort);
  expect(() => prepareStateDir(root)).toThrow(
    `cannot create the folder ${root}/.orchestra: a file of that name is in the way`,
  );
});

test("a daemon.log that cannot be opened is an abort as well", () => {
  const root = tempRoot();
  mkdirSync(paths.daemonLog(root));
  expect(() => prepareStateDir(root)).toThrow(Abort);
});

test.each([
  {
    errno: "EACCES",
    owner: null,
    says: "cannot create or write /f/.orchestra: no permission",
    hint: "make /f writable for you",
  },
  {
    errno: "EACCES",
    owner: uid,
    says: "cannot create or write /f/.orchestra: no permission",
    hint: "make /f writable for you",
  },
  {
    errno: "EACCES",
    owner: uid + 1,
    says: `cannot use /f/.orchestra: it belongs to another user (uid ${uid + 1})`,
    hint: `give it to you: sudo chown -R ${uid} /f/.orchestra`,
  },
  { errno: "EROFS", owner: null, says: "the file system is read-only", hint: "Orchestra keeps logs and state there" },
  { errno: "ENOENT", owner: null, says: "cannot create /f/.orchestra: /f does not exist", hint: null },
  { errno: "ENOSPC", owner: uid, says: "no space left", hint: null },
  { errno: "EIO", owner: uid, says: "cannot use /f/.orchestra: EIO", hint: null },
])("$errno with owner $owner says: $says", ({ errno, owner, says, hint }) => {
  const abort = stateDirAbort("/f/.orchestra", errno, owner);
  expect(abort.message).toContain(says);
  expect(abort.hint).toBe(hint);
  expect(abort.exitCode).toBe(3);
});

function emptyRoot(): string {
  const root = tempRoot();
  rmSync(paths.stateDir(root), { recursive: true });
  return root;
}
