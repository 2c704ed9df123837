import type { ContainerSpec } from "../model/container.ts";
import type { Report } from "./report.ts";
import type { ServiceInput } from "./service-schema.ts";
import { resolveContainer } from "./vendors/resolve-container.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/**
 * The container of a service, whose ports have the same numbers inside as outside; null where it runs as processes of
 * this machine. Relative paths are meant from `dir`, the service's folder.
 */
export function serviceContainer(
  input: ServiceInput,
  dir: string,
  source: YamlSource,
  path: Path,
  report: Report,
): ContainerSpec | null {
  const given = input.container ?? false;
  if (given === false) return null;
  const base = [...path, "container"];
  const settings = given === true ? {} : given;
  const { image = null, user } = settings;
  const hasBinary = input.build === undefined && (input.run === undefined || input.go !== undefined);
  if (image === null && !hasBinary) {
    const message = "only a Go program is put into a container of nothing else; this service has a command of its own";
    report.error("container", message, source.keyAt(base), "write container: {image: ...} with what the command needs");
  }
  const at = (key: string, ...further: PropertyKey[]) => {
    const whole = [...base, key, ...further];
    return () => (typeof further.at(-1) === "string" ? source.keyAt(whole) : source.valueAt(whole));
  };
  return {
    ...resolveContainer(settings, at, dir, report),
    image,
    user: user === undefined ? null : (source.writtenAt([...base, "user"]) ?? user),
    inside: {},
  };
}

/** True for a service that is an image and nothing else: nothing is built, and the image says what is run. */
export function isImageAlone(input: ServiceInput): boolean {
  const { container, build, go, run } = input;
  if (typeof container !== "object" || container.image === undefined) return false;
  return build === undefined && go === undefined && run === undefined;
}
