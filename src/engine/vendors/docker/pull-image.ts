import type { Clock } from "../../../lib/clock.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { Docker } from "../docker.ts";
import { AtMostEvery } from "./at-most-every.ts";
import { dialStream, type EngineClient } from "./engine-client.ts";
import { parseImageReference } from "./image-reference.ts";
import { LayerFold, type PullLine } from "./layer-fold.ts";
import { explainPull } from "./pull-failure.ts";
import { type RunHelper, registryLogin } from "./registry-login.ts";

const progressMs = 100;

/** Fetches an image. An engine whose answer is cut short has stopped the pull: what ends the request ends the pull as well. */
export async function pullImage(
  surroundings: {
    client: EngineClient;
    clock: Clock;
    env: Readonly<Record<string, string | undefined>>;
    runHelper: RunHelper;
  },
  reference: string,
  { signal, onProgress }: Parameters<Docker["pull"]>[1],
): Promise<FailureOr<object>> {
  const { client, clock, env, runHelper } = surroundings;
  const { registry, name, tag } = parseImageReference(reference);
  const known = await registryLogin(registry, reference, env, runHelper);
  if (!known.ok) return known;
  const query = { fromImage: name, tag };
  const { login } = known;
  const answer = await client.open(
    (api, abortSignal) => dialStream(api, { method: "POST", path: "/images/create", query, login, abortSignal }),
    { timeoutMs: null, signal },
  );
  if (answer.kind === "unreachable") return { ok: false, failure: answer.failure };
  if (answer.kind === "refused") return { ok: false, failure: explainPull(reference, answer.refusal.words, false) };
  const fold = new LayerFold();
  const progress = new AtMostEvery(progressMs, clock, () => onProgress(fold.layers));
  const broken = await readPull(answer.value.stream, fold, () => progress.ask());
  answer.value.end();
  progress.end();
  if (broken === null) return { ok: true };
  return { ok: false, failure: explainPull(reference, broken, fold.layers.length > 0) };
}

/** What went wrong, in the engine's words; null where all has come. */
async function readPull(stream: NodeJS.ReadableStream, fold: LayerFold, onChange: () => void): Promise<string | null> {
  const lines = new NdjsonSplitter();
  let error: string | null = null;
  let isDone = false;
  try {
    for await (const chunk of stream) {
      for (const text of lines.push(chunk as Buffer)) {
        if (text.trim() === "") continue;
        const line: PullLine = JSON.parse(text);
        error = line.errorDetail?.message ?? line.error ?? error;
        if (line.status?.startsWith("Status: ") === true) isDone = true;
        if (fold.push(line)) onChange();
      }
    }
  } catch (cut) {
    return error ?? `the connection to Docker broke: ${messageOf(cut)}`;
  }
  if (error !== null) return error;
  return isDone || fold.isWhole ? null : "Docker ended it before all layers had come";
}
