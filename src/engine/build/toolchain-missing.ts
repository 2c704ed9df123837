import type { Failure } from "../../model/failure.ts";
import type { StatCache } from "./stat-cache.ts";

const usualPlaces = ["/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", "/snap/bin"];

/** There is no `go` on PATH; says where one is all the same, else how to get it. */
export function toolchainMissing(stats: StatCache): Failure {
  const place = usualPlaces.find((dir) => stats.stat(`${dir}/go`)?.isFile() === true);
  return {
    kind: "toolchain-missing",
    tool: "go",
    message: "cannot be built: there is no `go` on PATH",
    hint:
      place === undefined
        ? "get Go from https://go.dev/dl or your system's packages, or say with `build:` how it is built"
        : `there is one in ${place}: add that folder to PATH`,
  };
}
