import { describe, expect, test } from "vitest";
import { endContainer } from "../../../../src/engine/drivers/container/end-container.ts";
import type { ContainerState, Docker } from "../../../../src/engine/vendors/docker.ts";
import type { Failure } from "../../../../src/model/failure.ts";
import { handClock } from "../../../helpers/hand-clock.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";
import { scriptedDocker } from "../../vendors/scripted-docker.ts";

const gone: Failure = { kind: "docker-unreachable", endpoint: "", reason: "lost", message: "gone" };

/** A container that ends by `endsBy`, in `status` at first. */
function scene(endsBy: string | null, status: ContainerState["status"] | null = "running", isUp = () => true) {
  const asked: string[] = [];
  let now = status;
  let pending: string | null = null;
  const arrive = (signal: string): void => {
    if (now === "paused" && signal !== "SIGKILL") pending = signal;
    else if (signal === endsBy) now = "exited";
  };
  const docker: Docker = scriptedDocker({
    async signal(_, signal) {
      asked.push(signal);
      arrive(signal);
      return { ok: true };
    },
    async unpause() {
      asked.push("unpause");
      now = "running";
      if (pending !== null) arrive(pending);
      return { ok: true };
    },
    async inspect() {
      if (!isUp()) return { ok: false, failure: gone };
      return { ok: true, state: now === null ? null : ({ name: "web", status: now, pid: 7 } as ContainerState) };
    },
  });
  const clock = handClock();
  const ended = endContainer(docker, "id", { signal: "SIGTERM", graceMs: 1_000 }, clock);
  let answer: Awaited<typeof ended> | null = null;
  void ended.then((given) => {
    answer = given;
  });
  const outcome = (): Promise<Awaited<typeof ended>> =>
    waitUntil("it is over", () => {
      clock.advance(50);
      return answer;
    });
  return { asked, clock, outcome };
}

describe("a container that nobody supervises", () => {
  test("ends by its signal, which is sent once", async () => {
    const { asked, outcome } = scene("SIGTERM");
    expect(await outcome()).toEqual({ ok: true });
    expect(asked).toEqual(["SIGTERM"]);
  });

  test("that ignores it is killed after its grace period, once", async () => {
    const { asked, clock, outcome } = scene("SIGKILL");
    expect(await outcome()).toEqual({ ok: true });
    expect(asked).toEqual(["SIGTERM", "SIGKILL"]);
    expect(clock.now()).toBeGreaterThanOrEqual(1_000);
    expect(clock.now()).toBeLessThan(2_000);
  });

  test("that is paused goes on, so that it gets its signal", async () => {
    const { asked, clock, outcome } = scene("SIGTERM", "paused");
    expect(await outcome()).toEqual({ ok: true });
    expect(asked).toEqual(["SIGTERM", "unpause"]);
    expect(clock.now()).toBeLessThan(1_000);
  });

  test("that is gone has ended", async () => {
    expect(await scene(null, null).outcome()).toEqual({ ok: true });
  });

  test("that SIGKILL does not end is given up on", async () => {
    const { outcome } = scene(null);
    expect(await outcome()).toEqual({
      ok: false,
      failure: { kind: "stop-incomplete", pids: [7], message: "the container web does not end" },
    });
  });

  test("whose engine goes away is not known to have ended", async () => {
    let isUp = true;
    const { clock, outcome } = scene("SIGKILL", "running", () => isUp);
    await waitUntil("it is looked at", () => clock.timers() > 0);
    isUp = false;
    expect(await outcome()).toEqual({ ok: false, failure: gone });
  });
});
