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
  tar: Readable | Buffer,
  labels: Record<string, string>,
): Promise<FailureOr<{ id: string }>> {
  const archive = Buffer.isBuffer(tar) ? Readable.from([tar], { objectMode: false }) : tar;
  let breakage: string | null = null;
  // Nobody tells the request that the archive breaks off: it would wait for the rest.
  const cut = new AbortController();
  archive.on("error", (error) => {
    breakage = messageOf(error);
    cut.abort();
  });
  const built = await sendArchive(client, tag, archive, labels, cut.signal);
  // Where the engine has refused before it had it all, a file is still open.
  archive.destroy();
  return breakage === null ? built : failed(tag, `what ${tag} is made of cannot be read: ${breakage}`);
}

async function sendArchive(
  client: EngineClient,
  tag: string,
  file: Readable,
  labels: Record<string, string>,
  signal: AbortSignal,
): Promise<FailureOr<{ id: string }>> {
  const answer = await client.open(
    (api, abortSignal) => api.buildImage(file, { t: tag, labels, rm: true, forcerm: true, abortSignal }),
    { timeoutMs: null, signal },
  );
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  if (answer.kind === "refused") return failed(tag, `Docker does not build ${tag}: ${answer.refusal.words}`);
  const output: string[] = [];
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
  } catch (broken) {
    error ??= `the connection to Docker broke: ${messageOf(broken)}`;
  } finally {
    answer.value.end();
  }
  if (error !== null) return failed(tag, `Docker cannot build ${tag}: ${error}`, output);
  if (id === null) return failed(tag, `Docker ended the build of ${tag} before its image was made`, output);
  return { ok: true, id };
}

function failed(tag: string, message: string, output: string[] = []): FailureOr<{ id: string }> {
  return {
    ok: false,
    failure: { kind: "build-failed", command: `docker build -t ${tag}`, exitCode: null, output, message },
  };
}
