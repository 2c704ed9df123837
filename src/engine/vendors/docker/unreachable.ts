import type { Failure } from "../../../model/failure.ts";

/** Why an engine could not be asked at all, from the error of a connection. */
export function unreachable(endpoint: string, error: unknown): Failure {
  const { code = "", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const reason = reasonOf(code, message);
  const detail = words[code] ?? message;
  if (reason === "denied") {
    const isSocket = endpoint.startsWith("unix:");
    return {
      kind: "docker-unreachable",
      endpoint,
      reason,
      message: `Docker does not let us in at ${endpoint}: ${detail}`,
      hint: isSocket
        ? "add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or set DOCKER_HOST"
        : "look at DOCKER_TLS_VERIFY and at the certificates in DOCKER_CERT_PATH",
    };
  }
  if (reason === "lost") {
    const message = `Docker at ${endpoint} went away: ${detail}`;
    return { kind: "docker-unreachable", endpoint, reason, message, hint: "see whether it runs: `docker version`" };
  }
  return {
    kind: "docker-unreachable",
    endpoint,
    reason,
    message: `Docker does not answer at ${endpoint}: ${detail}`,
    hint: "start Docker, or set DOCKER_HOST to where it listens",
  };
}

/** An engine, or what stands before it, that refuses even to say its version. */
export function inaccessible(endpoint: string, words: string): Failure {
  return {
    kind: "docker-unreachable",
    endpoint,
    reason: "denied",
    message: `Docker does not let us in at ${endpoint}: ${words}`,
    hint: "look at DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH",
  };
}

/** An engine that had been asked and has not answered in time. */
export function silent(endpoint: string, waitedMs: number): Failure {
  return {
    kind: "docker-unreachable",
    endpoint,
    reason: "lost",
    message: `Docker at ${endpoint} has not answered for ${Math.round(waitedMs / 1000)} s`,
    hint: "see whether it hangs: `docker version`",
  };
}

/** An endpoint that cannot be asked as it is written. */
export function endpointUnusable(endpoint: string, detail: string, told: { hint?: string } = {}): Failure {
  return {
    kind: "docker-unreachable",
    endpoint,
    reason: "absent",
    message: `Docker cannot be asked at ${endpoint}: ${detail}`,
    hint: told.hint ?? "set DOCKER_HOST to where Docker listens, as in unix:///var/run/docker.sock",
  };
}

const words: Record<string, string> = {
  ENOENT: "no such socket",
  ENOTSOCK: "that is no socket",
  ECONNREFUSED: "nobody listens there",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "its name cannot be looked up",
  EHOSTUNREACH: "no route to that host",
  ENETUNREACH: "no route to that network",
  ETIMEDOUT: "no answer",
};

const absent = new Set([
  "ENOENT",
  "ENOTSOCK",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
]);

function reasonOf(code: string, message: string): "absent" | "denied" | "lost" {
  if (absent.has(code)) return "absent";
  if (code === "EACCES" || code === "EPERM") return "denied";
  return /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) ||
    /certificate|\bSSL\b|\bTLS\b/.test(message)
    ? "denied"
    : "lost";
}
