import type { ProbeAction, ProbeSpec } from "../../model/service.ts";
import { execProbe } from "./exec-probe.ts";
import { httpProbe } from "./http-probe.ts";
import { logLineProbe } from "./log-line-probe.ts";
import type { ProbeAttempt } from "./probe-attempt.ts";
import type { Probe, ProbeOptions } from "./probe-options.ts";
import { probePort } from "./probe-port.ts";
import { repeatedProbe } from "./repeated-probe.ts";
import { tcpProbe } from "./tcp-probe.ts";

/** Probes a unit until it is stopped: at once and often until it first passes, then at the interval of its spec. */
export function startProbe(options: ProbeOptions): Probe {
  const { action } = options.spec;
  return action.kind === "log"
    ? logLineProbe(action.pattern, options)
    : repeatedProbe(attemptOf(action, options), options);
}

/**
 * What a probe asks, as a person would say it: `GET /healthz on port 8080`, `tcp 5432`, `exec pg_isready`,
 * `log line /ready/`. Without `ports`, a named port is called by its name.
 */
export function describeProbe({ action }: ProbeSpec, ports: Record<string, number> = {}): string {
  switch (action.kind) {
    case "http": {
      const port = probePort(action.port, ports) ?? action.port;
      return port === null ? `GET ${action.path}` : `GET ${action.path} on port ${port}`;
    }
    case "tcp": {
      const port = probePort(action.port, ports) ?? action.port;
      return port === null ? "tcp" : `tcp ${port}`;
    }
    case "exec":
      return `exec ${action.command}`;
    case "log":
      return `log line /${action.pattern}/`;
  }
}

function attemptOf(action: Exclude<ProbeAction, { kind: "log" }>, options: ProbeOptions): ProbeAttempt {
  const { timeoutMs } = options.spec;
  if (action.kind === "exec") return execProbe(action.command, options.cwd, options.env, timeoutMs);
  const port = probePort(action.port, options.ports);
  if (port === null) {
    const detail = action.port === null ? "the service has no port" : `the service has no port ${action.port}`;
    return () => Promise.resolve({ passed: false, detail });
  }
  return action.kind === "http" ? httpProbe(action, port, timeoutMs) : tcpProbe(action.host, port, timeoutMs);
}
