import { defaultService } from "../../../src/config/default-service.ts";
import type { BuildSpec, GoSpec, ServiceSpec } from "../../../src/model/service.ts";

/** A service of which only the build matters. */
export function serviceSpec(name: string, dir: string, build: BuildSpec): ServiceSpec {
  return { ...defaultService(name, dir, `${dir}/service.yml`), build };
}

/** A Go service with the defaults of the config, but for `changes`. */
export function goService(name: string, dir: string, changes: Partial<GoSpec> = {}): ServiceSpec {
  return serviceSpec(name, dir, { kind: "go", go: { package: ".", tags: [], race: false, ldflags: "", ...changes } });
}
