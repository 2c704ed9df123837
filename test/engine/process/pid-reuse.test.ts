import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../../helpers/processes.ts";

const scene = join(import.meta.dirname, "pid-reuse-scene.ts");
/** A pid namespace, in a user namespace where that takes no rights. */
const ownNamespace = ["--kill-child", "-U", "-r", "-p", "-f", "--mount-proc"];
const canChoosePids =
  process.platform === "linux" &&
  spawnSync("unshare", [...ownNamespace, "sh", "-c", "echo 500 > /proc/sys/kernel/ns_last_pid"]).status === 0;
if (!canChoosePids) console.warn("no pid namespace can be made here: the reuse of a pid is not tested");

describe.skipIf(!canChoosePids)("a pid that has come to name another process, of the same boot", () => {
  test.each([
    ["that is nothing like it", "stranger"],
    ["with the same program in the same folder", "look-alike"],
  ])("%s, is taken for the old one by nothing, and never signalled", (_, likeness) => {
    const { stdout, stderr } = spawnSync(
      "unshare",
      [...ownNamespace, process.execPath, scene, tempFolder(), likeness],
      { encoding: "utf8", timeout: 20_000, killSignal: "SIGKILL" },
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      isSamePid: true,
      wasAlive: true,
      isHeldAlive: false,
      isAgainAlive: false,
      canBeHeld: false,
      matches: false,
      paused: "gone",
      survivors: [],
      lives: true,
      printed: ["started"],
    });
  });
});
