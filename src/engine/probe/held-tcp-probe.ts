import { connect } from "node:net";
import { describeConnectError } from "./connect-error.ts";
import { connectOptions } from "./connect-options.ts";
import { type ProbeAttempt, type ProbeResult, timedOut } from "./probe-attempt.ts";

/** A connection that somebody else's proxy took for a program that does not listen is closed sooner than this. */
const heldForMs = 80;

/**
 * Passes where a connection can be made and is not closed at once; says and reads nothing. Docker's proxy takes every
 * connection to a published port, and closes it when nothing listens inside, so that being connected alone says nothing.
 */
export function heldTcpProbe(host: string, port: number, timeoutMs: number): ProbeAttempt {
  return (signal) =>
    new Promise<ProbeResult>((resolve) => {
      const socket = connect({ ...connectOptions(host, port), signal });
      let held: NodeJS.Timeout | undefined;
      const finish = (result: ProbeResult): void => {
        clearTimeout(timer);
        clearTimeout(held);
        socket.destroy();
        resolve(result);
      };
      const timer = setTimeout(() => finish(timedOut(timeoutMs)), timeoutMs);
      timer.unref();
      const passed: ProbeResult = { passed: true, detail: "connected" };
      socket.on("connect", () => {
        held = setTimeout(() => finish(passed), heldForMs);
        held.unref();
      });
      // Who speaks first listens.
      socket.on("data", () => finish(passed));
      socket.on("end", () => finish({ passed: false, detail: "nothing listens inside" }));
      socket.on("error", (error) => {
        const isReset = "code" in error && error.code === "ECONNRESET";
        finish({ passed: false, detail: isReset ? "nothing listens inside" : describeConnectError(error, host) });
      });
    });
}
