import type { Failure } from "../../../model/failure.ts";

/** An answer of the engine that is a no: the status of HTTP, and its words. */
export interface Refusal {
  status: number;
  words: string;
}

/** The failure that a refusal to make, start or change `subject` (a container, volume or network) is. */
export function explainRefusal(subject: string, { status, words }: Refusal): Failure {
  const port = takenPort(words);
  if (port !== null) {
    const hint = `see who listens there: \`ss -ltnp 'sport = :${port}'\`, or set another port`;
    return { kind: "port-taken", port, holder: null, message: `port ${port} is taken`, hint };
  }
  const missing = /No such image: (\S+)/.exec(words)?.[1];
  if (missing !== undefined) {
    const message = `the image ${missing} is not on this machine`;
    return {
      kind: "image-unavailable",
      image: missing,
      reason: "not-pulled",
      message,
      hint: `\`docker pull ${missing}\``,
    };
  }
  const hint = hintFor(words);
  const message = `Docker refused: ${cleanWords(words)}`;
  return { kind: "container-refused", container: subject, status, message, ...(hint !== null && { hint }) };
}

/**
 * The port of this machine that could not be published. Docker's words differ with who holds it: a container (`Bind for`)
 * or a process (`listen tcp4`), and newer engines bind it by themselves (`failed to bind host port`).
 */
function takenPort(words: string): number | null {
  if (!/port is already allocated|address already in use/.test(words)) return null;
  const match = /(?:Bind for|listen (?:tcp|udp)[46]?|host port for|host port) \S*?:(\d+)(?=[:/ ]|$)/.exec(words);
  return match === null ? null : Number(match[1]);
}

/** What an engine says, without the layers that it passed through and the ids that nobody knows. */
export function cleanWords(words: string): string {
  const executable =
    /exec: "([^"]*)": (?:executable file not found in \$PATH|stat \S+: no such file or directory)/.exec(words);
  if (executable !== null) return `there is no ${executable[1]} in the image`;
  const notExecutable = /exec: "([^"]*)": (permission denied|is a directory|exec format error)/.exec(words);
  if (notExecutable !== null) return `${notExecutable[1]} cannot be executed: ${notExecutable[2]}`;
  let rest = words.trim();
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(layers, "");
  }
  const conflict = /Conflict\. The container name "\/(\S+)" is already in use by container "([0-9a-f]{12})/.exec(rest);
  if (conflict !== null) return `the name "${conflict[1]}" is already in use by container ${conflict[2]}`;
  return rest
    .replace(/: unknown(?=:|\.|$)/g, "")
    .replace(/ \(via \/proc\/self\/fd\/\d+\)(, flags: 0x[0-9a-f]+)?/g, "")
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1")
    .trim();
}

const layers =
  /^(?:Error response from daemon|failed to create (?:shim )?task(?: for container)?|OCI runtime (?:create|exec) failed|(?:runc|crun) create failed|exec failed|unable to start container process|error during container init|failed to set up container networking|driver failed programming external connectivity on endpoint \S+ \([0-9a-f]+\)|Error when allocating new name): /;

function hintFor(words: string): string | null {
  if (/bind source path does not exist/.test(words)) return "make that folder, or mount another";
  if (/container name .* is already in use/.test(words)) return "remove or rename that container";
  if (/volume is in use/.test(words)) return "remove the containers that use it first";
  if (/has active endpoints/.test(words)) return "stop the containers in it first";
  if (/executable file not found|exec: ".*no such file/.test(words)) return "look at `command` and `entrypoint`";
  if (/No command specified/.test(words)) return "the image names no command: set `command`";
  if (/(?:unable|cannot) to? ?find user/.test(words)) return "look at `user`";
  if (/no space left on device/.test(words)) return "free some space: `docker system df`";
  if (/address pool/.test(words)) return "remove networks that nobody uses: `docker network prune`";
  return null;
}
