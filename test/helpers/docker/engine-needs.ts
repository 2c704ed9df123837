import { accessSync, constants, globSync } from "node:fs";
import { join } from "node:path";

const programs = ["dockerd", "docker-init", "docker-proxy", "containerd", "runc", "unshare", "ip"];
/** Of which images are made, and the registry for them. PostgreSQL's server is where nobody searches. */
const servers = ["busybox", "redis-server", "docker-registry", "/usr/lib/postgresql/*/bin/postgres"];
const packages = "docker.io, docker-registry, iproute2, busybox-static, redis-server, postgresql";

/** Where programs of administrators are, which other people do not search. */
export const engineSearchPath = `${process.env.PATH ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Why no engine can be started here, as far as that can be told without trying; else null. */
export function whyNoEngine(): string | null {
  if (process.platform !== "linux") return "a docker engine of its own needs Linux";
  if (process.getuid?.() !== 0) return "only root may start a docker engine";
  const missing = [...programs, ...servers].filter((program) => !isThere(program));
  return missing.length === 0 ? null : `there is no ${missing.join(", ")} (packages: ${packages})`;
}

function isThere(program: string): boolean {
  if (program.startsWith("/")) return globSync(program).length > 0;
  return engineSearchPath.split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
