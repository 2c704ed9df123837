import { type ClientRequest, request } from "node:http";
import { messageOf } from "../../lib/message-of.ts";
import type { ProbeAction } from "../../model/service.ts";
import { describeConnectError } from "./connect-error.ts";
import { connectOptions } from "./connect-options.ts";
import { type ProbeAttempt, type ProbeResult, timedOut } from "./probe-attempt.ts";

const mostBodyBytes = 64 * 1024;

/**
 * Asks with GET. Passes with the given status, or any 2xx or 3xx (a redirect is an answer, and not followed), once the
 * whole answer is there or 64 KiB of it.
 */
export function httpProbe(
  action: Extract<ProbeAction, { kind: "http" }>,
  port: number,
  timeoutMs: number,
): ProbeAttempt {
  const options = {
    ...connectOptions(action.host, port),
    path: action.path.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent),
    headers: { "user-agent": "orchestra-probe", accept: "*/*", ...action.headers },
    // A connection of its own each time: that one can be made is part of the question.
    agent: false as const,
  };
  return (signal) =>
    new Promise<ProbeResult>((resolve) => {
      let attempt: ClientRequest;
      try {
        attempt = request({ ...options, signal });
      } catch (error) {
        // A header that http does not allow.
        return resolve({ passed: false, detail: messageOf(error) });
      }
      const finish = (result: ProbeResult) => {
        clearTimeout(timer);
        attempt.destroy();
        resolve(result);
      };
      const timer = setTimeout(() => finish(timedOut(timeoutMs)), timeoutMs);
      timer.unref();
      // Stays on for good: an error after the end is nobody's.
      attempt.on("error", (error) => finish({ passed: false, detail: describeConnectError(error, action.host) }));
      attempt.on("response", (response) => {
        const status = response.statusCode ?? 0;
        const detail = `http ${status}`;
        if (!isExpected(status, action.status)) return finish({ passed: false, detail });
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes >= mostBodyBytes) finish({ passed: true, detail });
        });
        response.on("end", () => finish({ passed: true, detail }));
        response.on("error", (error) => finish({ passed: false, detail: describeConnectError(error, action.host) }));
      });
      attempt.end();
    });
}

function isExpected(status: number, wanted: number | null): boolean {
  return wanted === null ? status >= 200 && status < 400 : status === wanted;
}
