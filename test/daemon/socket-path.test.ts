import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { prepareSocketDir, socketDirProblem, socketPathOf } from "../../src/daemon/socket-path.ts";

const uid = process.getuid?.() ?? 0;
const shared = join(tmpdir(), `orchestra-${uid}`);

test("the socket is in XDG_RUNTIME_DIR where that is ours", () => {
  const runtime = tempDir();
  const path = socketPathOf("/some/fleet", { XDG_RUNTIME_DIR: runtime });
  expect(dirname(path)).toBe(join(runtime, "orchestra"));
  expect(basename(path)).toMatch(/^[0-9a-f]{16}\.sock$/);
});

test.each([
  { title: "is not set", value: undefined },
  { title: "is empty", value: "" },
  { title: "is relative", value: "run" },
  { title: "does not exist", value: "/nonexistent/run" },
  { title: "is a file", value: "/etc/passwd" },
  { title: "leaves no room for a name", value: `/${"x".repeat(80)}` },
])("the socket is under the temp folder where XDG_RUNTIME_DIR $title", ({ value }) => {
  expect(dirname(socketPathOf("/some/fleet", { XDG_RUNTIME_DIR: value }))).toBe(shared);
});

test("the path fits into a socket address, however long the runtime folder's is", () => {
  const runtime = join(tempDir(), "x".repeat(60));
  mkdirSync(runtime);
  expect(Buffer.byteLength(socketPathOf("/some/fleet", { XDG_RUNTIME_DIR: runtime }))).toBeLessThan(100);
});

test("two roots never share a socket, and two ways to one root do", () => {
  const dir = tempDir();
  mkdirSync(join(dir, "a"));
  symlinkSync(join(dir, "a"), join(dir, "b"));
  expect(socketPathOf(join(dir, "a"), {})).toBe(socketPathOf(join(dir, "b"), {}));
  expect(socketPathOf(join(dir, "a"), {})).not.toBe(socketPathOf(dir, {}));
});

test("the folder is made for its user alone, and one that is too open is closed", () => {
  const dir = join(tempDir(), "deep", "orchestra");
  prepareSocketDir(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  chmodSync(dir, 0o777);
  prepareSocketDir(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test("a link in the folder's place is refused", () => {
  const base = tempDir();
  mkdirSync(join(base, "elsewhere"));
  symlinkSync(join(base, "elsewhere"), join(base, "orchestra"));
  expect(() => prepareSocketDir(join(base, "orchestra"))).toThrow("it is not a folder");
});

test("a file in the folder's place is refused", () => {
  const file = join(tempDir(), "orchestra");
  writeFileSync(file, "");
  expect(() => prepareSocketDir(file)).toThrow(
    `cannot make the folder ${file} for the daemon's socket: it is not a folder`,
  );
});

test.each([
  { found: { isDirectory: true, uid: 1000 }, problem: null },
  { found: { isDirectory: true, uid: 1001 }, problem: "it belongs to another user (uid 1001)" },
  { found: { isDirectory: true, uid: 0 }, problem: "it belongs to another user (uid 0)" },
  { found: { isDirectory: false, uid: 1000 }, problem: "it is not a folder" },
])("$found is judged: $problem", ({ found, problem }) => {
  expect(socketDirProblem(found, 1000)).toBe(problem);
});

function tempDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "o-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
