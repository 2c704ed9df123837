import type { ImageInspectInfo } from "dockerode";
import type { ImageFacts } from "../docker.ts";

/** What an engine tells of an image, in our words. What an image does not declare may be missing from its answer. */
export function imageFacts(info: ImageInspectInfo): ImageFacts {
  const config: { Healthcheck?: { Test?: string[] }; ExposedPorts?: object | null; Volumes?: object | null } =
    info.Config ?? {};
  const test = config.Healthcheck?.Test ?? [];
  return {
    id: info.Id,
    hasHealthcheck: test.length > 0 && test[0] !== "NONE",
    exposed: Object.keys(config.ExposedPorts ?? {}),
    volumes: Object.keys(config.Volumes ?? {}),
    repoDigests: info.RepoDigests ?? [],
  };
}
