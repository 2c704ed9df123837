import type { Failure } from "../../../model/failure.ts";
import { hubLogin, parseImageReference } from "./image-reference.ts";

/** Why an image could not be pulled, from the engine's words. `hadBegun`: its registry had answered before. */
export function explainPull(image: string, words: string, hadBegun: boolean): Failure {
  const reason = reasonOf(words);
  // A registry that has sent some layers is there; that it cannot be reached any more is a pull cut short.
  if (reason === "no-registry" && hadBegun) return failureOf(image, "broken-pull", words);
  return failureOf(image, reason, words);
}

type Reason = (Failure & { kind: "image-unavailable" })["reason"];

function reasonOf(words: string): Reason {
  if (/unauthorized|authentication required|denied|forbidden|no basic auth credentials|\b40[13]\b/i.test(words))
    return "denied";
  if (
    /manifest unknown|manifest for .* not found|name unknown|repository name not known|\bnot found\b|does not exist|invalid reference|no matching manifest/i.test(
      words,
    )
  ) {
    return "no-such-tag";
  }
  return /dial (tcp|unix)|connection refused|no such host|i\/o timeout|TLS handshake|x509|tls:|HTTP response to HTTPS client|is unreachable|no route to host|name resolution|server misbehaving|deadline exceeded|Client\.Timeout|request canceled while waiting|\b503\b/i.test(
    words,
  )
    ? "no-registry"
    : "broken-pull";
}

function failureOf(image: string, reason: Reason, words: string): Failure {
  const { registry } = parseImageReference(image);
  const isHub = registry === hubLogin;
  const where = isHub ? "Docker Hub" : registry;
  const said = words.trim();
  const known = { kind: "image-unavailable", image, reason } as const;
  switch (reason) {
    case "denied":
      return {
        ...known,
        message: `may not pull ${image}: ${said}`,
        hint: `log in with \`docker login${isHub ? "" : ` ${registry}`}\`, or see whether there is such an image`,
      };
    case "no-such-tag":
      return {
        ...known,
        message: `there is no image ${image}: ${said}`,
        hint: "look at the name and the tag in `image`",
      };
    case "no-registry":
      return {
        ...known,
        message: `cannot pull ${image}: ${where} cannot be reached: ${said}`,
        hint: "see whether this machine is online, or bring the image by other means (`docker load`)",
      };
    default:
      return { ...known, message: `the pull of ${image} broke off: ${said}`, hint: "try again; what has come is kept" };
  }
}
