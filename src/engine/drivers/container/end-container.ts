import type { Clock } from "../../../lib/clock.ts";
import type { StopSpec } from "../../../model/service.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { Docker } from "../../vendors/docker.ts";

/** How long the engine gets for its part, once SIGKILL was asked for. */
const killMs = 10_000;
const lookEveryMs = 50;

/** Ends a container that nobody supervises: its signal, its grace period, SIGKILL. It stays, with its data. */
export async function endContainer(
  docker: Docker,
  id: string,
  { signal, graceMs }: StopSpec,
  clock: Clock,
): Promise<FailureOr<object>> {
  const startedAt = clock.now();
  let isKilled = false;
  let isAsked = false;
  for (;;) {
    const asked = await docker.inspect(id);
    if (!asked.ok) return asked;
    const { state } = asked;
    if (state === null || (state.status !== "running" && state.status !== "paused")) return { ok: true };
    if (!isAsked) {
      isAsked = true;
      await docker.signal(id, signal ?? state.stopSignal);
    }
    // One that is paused gets the signal once it goes on.
    if (state.status === "paused") await docker.unpause(id);
    const tookMs = clock.now() - startedAt;
    if (tookMs > graceMs + killMs) {
      const message = `the container ${state.name} does not end`;
      return { ok: false, failure: { kind: "stop-incomplete", pids: [state.pid], message } };
    }
    if (tookMs >= graceMs && !isKilled) {
      isKilled = true;
      await docker.signal(id, "SIGKILL");
    }
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
  }
}
