/** What a person wants to read first about a failed `go build`, and what to do, where that is known. */
export function explainGoOutput(output: readonly string[], dir: string): { message: string; hint?: string } {
  const text = output.join("\n");
  if (/go\.mod file not found|cannot find main module|go: no modules were found/.test(text)) {
    return {
      message: `cannot be built: there is no go.mod in ${dir} or above it`,
      hint: "run `go mod init NAME` there, or say with `build:` and `run:` how it is built and run",
    };
  }
  const empty = /no (?:non-test )?Go files in (.+)/.exec(text);
  if (empty !== null) {
    return { message: `cannot be built: there are no Go files in ${empty[1]}`, hint: packageHint };
  }
  const excluded = /build constraints exclude all Go files in (.+)/.exec(text);
  if (excluded !== null) {
    return {
      message: `cannot be built: build constraints exclude all Go files in ${excluded[1]}`,
      hint: "set `go: {tags: [...]}`",
    };
  }
  const missing = /stat (.+): directory not found|(?:chdir|open) (.+): no such file or directory/.exec(text);
  if (missing !== null) {
    return { message: `cannot be built: there is no folder ${missing[1] ?? missing[2]}`, hint: packageHint };
  }
  if (/cannot write multiple packages to non-directory/.test(text)) {
    return { message: "cannot be built: `go: {package: …}` names more than one package", hint: packageHint };
  }
  const first = output.find((line) => line !== "" && !line.startsWith("# ") && !line.startsWith("go: downloading "));
  const errors = output.filter((line) => /^\S+:\d+(:\d+)?: /.test(line)).length;
  const more = errors > 1 ? ` (and ${errors - 1} more)` : "";
  return { message: `does not build: ${(first ?? "go build failed and printed nothing").trim()}${more}` };
}

/** For a package that holds no program. */
export const packageHint = "say with `go: {package: ./cmd/NAME}` where its main package is";
