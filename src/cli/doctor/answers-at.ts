import { get } from "node:http";
import { get as getSafely } from "node:https";

/** A registry that takes longer is none to pull from. */
const limitMs = 3_000;

/** Whether a registry answers at all, whatever it says. `host`: with its port, where that is not the usual one. */
export async function answersAt(host: string, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  if (await answers(getSafely, `https://${host}/v2/`, limit)) return true;
  // Docker asks those of this machine without TLS as well.
  return /^(localhost|127\.)/.test(host) && (await answers(get, `http://${host}/v2/`, limit));
}

function answers(ask: typeof get, url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = ask(url, { signal }, (response) => {
        response.destroy();
        resolve(true);
      });
      // A certificate that is not trusted is an answer: whether Docker trusts it, Docker knows.
      request.on("error", ({ code }: NodeJS.ErrnoException) =>
        resolve(/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? "")),
      );
    } catch {
      // No address at all.
      resolve(false);
    }
  });
}
