import { once } from "node:events";
import type { ExecEnds } from "../../engine/vendors/exec-ends.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { CliContext } from "../cli-context.ts";
import { containerOfVendor, containersOfFleet } from "./find-containers.ts";
import { chooseVendors, dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";

/** What `orchestra vendors exec` is asked. */
export interface VendorCommand {
  vendor: string;
  /** Program and arguments, each as it is. */
  words: readonly string[];
  /** False: no terminal inside, even where there is one outside. */
  tty: boolean;
}

/**
 * Runs a command inside of a vendor's container, which has to run; needs no daemon. With a terminal at both ends it gets one
 * as well: keys go to it as they are typed. Resolves to the command's exit code.
 */
export async function execInVendor(context: CliContext, run: VendorCommand): Promise<number> {
  const spec = await readVendorFleet(context);
  const [vendor] = chooseVendors(spec, [run.vendor]);
  const name = vendor?.name ?? run.vendor;
  const docker = await openDocker(context);
  try {
    const container = containerOfVendor(await containersOfFleet(docker, spec), name);
    if (container?.status !== "running") throw notRunning(name, container?.status === "paused");
    const hasTerminal = run.tty && context.isInteractive;
    if (hasTerminal) process.stdin.setRawMode(true);
    try {
      const done = await docker.attachExec(container.id, run.words, endsOf(context, hasTerminal));
      if (!done.ok) throw dockerAbort(done.failure);
      return done.exitCode;
    } finally {
      if (hasTerminal) process.stdin.setRawMode(false);
      // Whoever typed may not be done; nobody listens any more.
      process.stdin.pause();
    }
  } finally {
    docker.close();
  }
}

function endsOf({ env }: CliContext, hasTerminal: boolean): ExecEnds {
  return {
    input: process.stdin,
    async onOutput(stream, bytes) {
      const to = stream === "err" ? process.stderr : process.stdout;
      // Bytes, not text: a dump of a database is none.
      if (!to.write(bytes)) await once(to, "drain");
    },
    terminal: hasTerminal
      ? {
          type: env.TERM ?? "xterm",
          size: () => ({ rows: process.stdout.rows, columns: process.stdout.columns }),
          onResize(listener) {
            process.stdout.on("resize", listener);
            return () => process.stdout.off("resize", listener);
          },
        }
      : null,
  };
}

function notRunning(name: string, isPaused: boolean): Abort {
  return isPaused
    ? new Abort(exitCodes.failed, `${name} is paused`, `let it go on: orchestra resume ${name}`)
    : new Abort(exitCodes.failed, `${name} does not run`, `start it: orchestra vendors up ${name}`);
}
