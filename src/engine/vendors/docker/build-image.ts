import { Readable } from "node:stream";
import { messageOf } from "../../../lib/message-of.ts";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { EngineClient } from "./engine-client.ts";

/** Kept of the end of what the builder says. */
const keptLines = 40;

/** Makes an image with the builder that every engine has built in, which asks nobody but the engine. */
export async function buildImage(
  client: EngineClient,
  tag: string,
  tar: NodeJS.ReadableStream | Buffer,
  labels: Record<string, string>,
): Promise<FailureOr<{ id: string }>> {
  const file = Buffer.isBuffer(tar) ? Readable.from([tar], { objectMode: false }) : tar;
  const answer = await client.open(
    (api, abortSignal) => api.buildImage(file, { t: tag, labels, rm: true, forcerm: true, abortSignal }),
    { timeoutMs: null },
  );
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  const output: string[] = [];
  const failed = (message: string): FailureOr<{ id: string }> => ({
    ok: false,
    failure: { kind: "build-failed", command: `docker build -t ${tag}`, exitCode: null, output, message },
  });
  if (answer.kind === "refused") return failed(`Docker does not build ${tag}: ${answer.refusal.words}`);
  const lines = new NdjsonSplitter();
  let id: string | null = null;
  let error: string | null = null;
  try {
    for await (const chunk of answer.value.stream) {
      for (const text of lines.push(chunk as Buffer)) {
        if (text.trim() === "") continue;
        const line: { stream?: string; aux?: { ID?: string }; error?: string } = JSON.parse(text);
        id = line.aux?.ID ?? id;
        error = line.error ?? error;
        output.push(...(line.stream ?? "").split("\n").filter((said) => said.trim() !== ""));
        if (output.length > keptLines) output.splice(0, output.length - keptLines);
      }
    }
  } catch (cut) {
    error ??= `the connection to Docker broke: ${messageOf(cut)}`;
  } finally {
    answer.value.end();
  }
  if (error !== null) return failed(`Docker cannot build ${tag}: ${error}`);
  return id === null ? failed(`Docker ended the build of ${tag} before its image was made`) : { ok: true, id };
}
