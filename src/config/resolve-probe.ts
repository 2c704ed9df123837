import { suggest } from "../lib/suggest.ts";
import type { PortSpec, ProbeAction, ProbeSpec } from "../model/service.ts";
import type { ProbeInput } from "./probe-schema.ts";
import { didYouMean, type Report } from "./report.ts";
import { listed } from "./schema-kit.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

const kinds = ["http", "tcp", "exec", "log"] as const;
const defaultHost = "localhost";

/** Whose probe it is, for messages. */
type Owner = "service" | "vendor";

const portHints: Record<Owner, string> = {
  service: "write port: auto or port: 8080 for the service",
  vendor: 'write ports: ["5432"] for the vendor',
};

/** Settings that mean something for one kind of probe only. */
const settingsOf: Record<(typeof kinds)[number], readonly string[]> = {
  http: ["port", "host", "status", "headers"],
  tcp: ["port", "host"],
  exec: [],
  log: [],
};

/** The probe that `input` at `path` describes, for a unit with `ports`; null where it is none, which is then reported. */
export function resolveProbe(
  input: ProbeInput,
  ports: readonly PortSpec[],
  source: YamlSource,
  path: Path,
  report: Report,
  owner: Owner = "service",
): ProbeSpec | null {
  const name = String(path.at(-1));
  const given = kinds.filter((kind) => input[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined) {
    report.error("probe", `"${name}" says nothing to check`, source.keyAt(path), `give it one of ${listed(kinds)}`);
    return null;
  }
  if (given.length > 1) {
    const message = `"${name}" checks one thing, not ${given.length}`;
    report.error("probe", message, source.keyAt([...path, given[1] ?? kind]), `keep one of ${listed(given)}`);
    return null;
  }
  for (const setting of settingsOf.http) {
    if (setting in input && !settingsOf[kind].includes(setting)) {
      report.warning("no-effect", `"${setting}" means nothing to a probe by ${kind}`, source.keyAt([...path, setting]));
    }
  }
  if (name === "live" && kind === "log") {
    const message = '"live" by log never fails: what was printed once stays printed';
    report.warning("no-effect", message, source.keyAt([...path, kind]), "give it one of http, tcp and exec");
  }
  const action = actionOf(input, kind);
  if ("port" in action) {
    const portPath = [...path, input.port === action.port ? "port" : kind];
    if (!isPortKnown(action.port, ports, source, portPath, report, owner)) return null;
  }
  return {
    action,
    intervalMs: input.interval ?? 5000,
    timeoutMs: input.timeout ?? 2000,
    successThreshold: input.success_threshold ?? 1,
    failureThreshold: input.failure_threshold ?? input.threshold ?? 3,
    delayMs: input.delay ?? 0,
  };
}

function actionOf(input: ProbeInput, kind: (typeof kinds)[number]): ProbeAction {
  const host = input.host ?? defaultHost;
  const port = input.port ?? null;
  switch (kind) {
    case "http": {
      const target = input.http;
      return {
        kind,
        path: target?.path ?? "/",
        host: target?.host ?? host,
        port: target?.port ?? port,
        status: input.status ?? null,
        headers: input.headers ?? {},
      };
    }
    case "tcp":
      return { kind, host: input.tcp?.host ?? host, port: input.tcp?.port ?? port };
    case "exec":
      return { kind, command: input.exec ?? "" };
    case "log":
      return { kind, pattern: input.log ?? "" };
  }
}

function isPortKnown(
  port: string | number | null,
  ports: readonly PortSpec[],
  source: YamlSource,
  path: Path,
  report: Report,
  owner: Owner,
): boolean {
  if (typeof port === "number") return true;
  const names = ports.map((p) => p.name);
  if (port === null) {
    if (names.length > 0) return true;
    const message = `"${String(path.at(-2))}" needs a port, and the ${owner} has none`;
    report.error("probe", message, source.keyAt(path), portHints[owner]);
    return false;
  }
  if (names.includes(port)) return true;
  const hint =
    didYouMean(suggest(port, names)) ??
    (names.length === 0 ? `the ${owner} has no ports` : `its ports are ${names.join(", ")}`);
  report.error("unknown-port", `no port of the ${owner} is called "${port}"`, source.valueAt(path), hint);
  return false;
}
