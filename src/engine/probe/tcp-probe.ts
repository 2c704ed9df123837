import { connect } from "node:net";
import { describeConnectError } from "./connect-error.ts";
import { connectOptions } from "./connect-options.ts";
import { type ProbeAttempt, type ProbeResult, timedOut } from "./probe-attempt.ts";

/** Passes where a connection can be made; says and reads nothing. */
export function tcpProbe(host: string, port: number, timeoutMs: number): ProbeAttempt {
  return (signal) =>
    new Promise<ProbeResult>((resolve) => {
      const socket = connect({ ...connectOptions(host, port), signal });
      const finish = (result: ProbeResult) => {
        clearTimeout(timer);
        socket.destroy();
        resolve(result);
      };
      const timer = setTimeout(() => finish(timedOut(timeoutMs)), timeoutMs);
      timer.unref();
      socket.on("connect", () => finish({ passed: true, detail: "connected" }));
      socket.on("error", (error) => finish({ passed: false, detail: describeConnectError(error, host) }));
    });
}
