import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { ServiceSpec } from "../../model/service.ts";
import { goFlags, goSpecOf } from "../build/go-command.ts";
import { runCommand } from "../process/run-command.ts";

const listLimitMs = 60_000;

/**
 * What `go test` is told to test of a service: all packages of its folder. Where its program is elsewhere in that folder,
 * the folder may be that of several programs: then those of its packages that the program is made of.
 */
export async function goTestPackages(
  service: ServiceSpec,
  run: { go: string; env: Record<string, string>; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const { dir } = service;
  const go = goSpecOf(service.build);
  if (resolve(dir, go.package) === resolve(dir)) return ["./..."];
  const template = "{{if not .Standard}}{{.ImportPath}}\t{{.Dir}}{{end}}";
  const result = await runCommand({
    command: { file: run.go, args: ["list", "-deps", "-f", template, ...goFlags(go), go.package] },
    cwd: dir,
    env: { ...run.env, PWD: dir },
    timeoutMs: listLimitMs,
    ...(run.signal !== undefined && { signal: run.signal }),
    maxOutputBytes: 4 * 1024 * 1024,
  });
  // What is wrong with the package is then said by the test command.
  if (result.exitCode !== 0) return [go.package];
  const folder = realPathOf(dir);
  const own = result.output.split("\n").flatMap((line) => {
    const [path, place] = line.split("\t");
    if (path === undefined || place === undefined) return [];
    const real = realPathOf(place);
    const isOwn = real === folder || real.startsWith(`${folder}/`);
    return isOwn && !real.includes("/vendor/") ? [path] : [];
  });
  return own.length === 0 ? [go.package] : own;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
