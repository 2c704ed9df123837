import { errnoOf } from "../../lib/errno.ts";

/** Why a connection failed, in a few words. */
export function describeConnectError(error: unknown, host: string): string {
  const errno = errnoOf(error);
  switch (errno) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ECONNRESET":
    case "EPIPE":
      return "connection closed by the service";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `host ${host} not found`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `host ${host} cannot be reached`;
    default:
      return errno.startsWith("HPE_") ? "no http answer" : errno;
  }
}
