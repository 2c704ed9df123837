import { basename, extname } from "node:path";
import type { BuildSpec, GoSpec } from "../../model/service.ts";

/** The Go part of a build; only services that are built with Go come here. */
export function goSpecOf(build: BuildSpec): GoSpec {
  if (build.kind !== "go") throw new Error(`not built with Go: ${build.kind}`);
  return build.go;
}

/** The flags that decide what the program is. The stamp of the version control would change it on any commit. */
export function goFlags(go: GoSpec): string[] {
  return [
    "-buildvcs=false",
    ...(go.tags.length > 0 ? ["-tags", go.tags.join(",")] : []),
    ...(go.race ? ["-race"] : []),
    ...(go.ldflags === "" ? [] : ["-ldflags", go.ldflags]),
  ];
}

/** The build as a person would type it. */
export function goBuildLine(go: GoSpec): string {
  const words = ["go", "build", ...goFlags(go).slice(1), go.package];
  return words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** What the binary is called, after its package as Go does it. */
export function programName(dir: string, go: GoSpec): string {
  const last = go.package.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const name = last === "" || /^\.+$/.test(last) ? basename(dir) : basename(last, extname(last) === ".go" ? ".go" : "");
  const safe = name.replace(/[^\w.-]/g, "_").replace(/^\.+/, "");
  return safe === "" ? "program" : safe.slice(0, 64);
}
