import type { Docker } from "../../engine/vendors/docker.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure } from "../../model/failure.ts";
import type { CliContext } from "../cli-context.ts";
import { Interruption } from "../interruption.ts";
import { listNames } from "../output/list-names.ts";
import { paint } from "../output/paint.ts";
import { printableWords } from "../output/printable.ts";
import { untilAborted } from "../until-aborted.ts";
import { PullDisplay } from "./pull-display.ts";
import { chooseVendors, dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";

/** One image of `vendors pull`, and how it went. */
interface Pulled {
  image: string;
  /** Of which it is the image. */
  vendors: string[];
  /** False: what is there was the newest already. */
  isNew: boolean;
  failure: Failure | null;
}

/**
 * Fetches the images of the vendors of these names, of all without any, whatever is there already. Resolves to the exit code:
 * 1 where one could not be had, 3 where there is no engine to fetch them.
 */
export async function pullVendors(context: CliContext, names: readonly string[], json: boolean): Promise<number> {
  const { stdout, stderr, clock } = context;
  const vendors = chooseVendors(await readVendorFleet(context), names);
  const images = Map.groupBy(vendors, ({ container }) => container.image);
  if (images.size === 0) stderr.write("there is no image to pull: the fleet has no vendors\n");
  const docker = await openDocker(context);
  const interruption = new Interruption(context);
  const display = new PullDisplay(stderr, clock);
  try {
    if (images.size > 0) {
      const engine = await docker.version();
      if (!engine.ok) throw dockerAbort(engine.failure);
    }
    const pulls = [...images].map(async ([image, of]): Promise<Pulled> => {
      const startedAt = clock.now();
      display.begin(image);
      const outcome = await pullOne(docker, image, interruption.signal, display);
      const line =
        outcome.failure === null
          ? `${printableWords(image)} ${outcome.isNew ? `pulled in ${formatDuration(clock.now() - startedAt)}` : "is the newest already"}`
          : failureLine(outcome.failure, stderr.hasColor);
      if (!interruption.signal.aborted) display.end(image, line);
      return { image, vendors: of.map(({ name }) => name), ...outcome };
    });
    const all = await untilAborted(Promise.all(pulls), interruption.signal);
    if (all === null) {
      stderr.write("interrupted; what has come is kept\n");
      return interruption.exitCode;
    }
    if (json) stdout.write(`${JSON.stringify({ images: all.map(toJson) })}\n`);
    return summarise(context, all);
  } finally {
    interruption.end();
    docker.close();
  }
}

async function pullOne(
  docker: Docker,
  image: string,
  signal: AbortSignal,
  display: PullDisplay,
): Promise<Pick<Pulled, "isNew" | "failure">> {
  const before = await docker.image(image);
  const pulled = await docker.pull(image, { signal, onProgress: (layers) => display.progress(image, layers) });
  if (!pulled.ok) return { isNew: false, failure: pulled.failure };
  const after = await docker.image(image);
  const isSame = before.ok && after.ok && before.image !== null && before.image.id === after.image?.id;
  return { isNew: !isSame, failure: null };
}

function summarise({ stderr }: CliContext, all: readonly Pulled[]): number {
  const lost = all.find(({ failure }) => failure?.kind === "docker-unreachable");
  const failed = all.filter(({ failure }) => failure !== null);
  if (failed.length > 0) {
    stderr.write(`not pulled: ${listNames(failed.flatMap(({ vendors }) => vendors))}\n`);
    return lost === undefined ? exitCodes.failed : exitCodes.unreachable;
  }
  return exitCodes.ok;
}

function failureLine({ message, hint }: Failure, hasColor: boolean): string {
  const next = hint === undefined ? "" : `\n  ${printableWords(hint)}`;
  return `${paint(hasColor, "red", printableWords(message))}${next}`;
}

function toJson({ image, vendors, isNew, failure }: Pulled): object {
  return { image, vendors, new: isNew, failure };
}
