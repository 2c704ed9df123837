/** The parts of a reference to an image that its pull needs. */
export interface ImageReference {
  /** As Docker's own logins name it: `https://index.docker.io/v1/` for what has no registry in front. */
  registry: string;
  /** Without tag or digest. */
  name: string;
  /** Tag or digest; an engine that is told none would fetch every tag there is. */
  tag: string;
}

/** What Docker's own registry is called where logins are kept. */
export const hubLogin = "https://index.docker.io/v1/";

/** Takes a reference apart as Docker does: what comes before the first slash is a registry only where it looks like one. */
export function parseImageReference(reference: string): ImageReference {
  const first = reference.split("/", 1)[0] ?? "";
  const hasRegistry = first.length < reference.length && (/[.:]/.test(first) || first === "localhost");
  const isHub = !hasRegistry || /^(index\.)?docker\.io$/.test(first);
  const registry = isHub ? hubLogin : first;
  const digest = reference.indexOf("@");
  if (digest !== -1) {
    // What is named by its digest is not looked up by a tag.
    const name = reference.slice(0, digest).replace(/:[^:/]*$/, "");
    return { registry, name, tag: reference.slice(digest + 1) };
  }
  const tag = /:([^:/]*)$/.exec(reference)?.[1];
  return tag === undefined
    ? { registry, name: reference, tag: "latest" }
    : { registry, name: reference.slice(0, -tag.length - 1), tag };
}
