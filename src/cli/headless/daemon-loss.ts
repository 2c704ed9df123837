import { connectionBroke } from "../../daemon/remote-stream.ts";
import type { CliContext } from "../cli-context.ts";
import type { FleetFollower } from "../fleet-follower.ts";
import { readLivingUnits } from "../offline-state.ts";

/** For the daemon that the watchdog starts. */
const watchdogMs = 1_000;
/** For one that we started ourselves. */
const otherMs = 10_000;

/** The sudden death of a run's daemon, with which the run's lease has ended, and the way to the next daemon. */
export class DaemonLoss {
  readonly #context: Pick<CliContext, "daemons">;
  readonly #root: string;
  readonly #follower: FleetFollower;
  readonly #say: (text: string) => void;
  readonly #lost = new AbortController();
  /** Of the daemon that is gone. */
  #pid: number | null = null;

  constructor(
    context: Pick<CliContext, "daemons">,
    root: string,
    follower: FleetFollower,
    say: (text: string) => void,
  ) {
    this.#context = context;
    this.#root = root;
    this.#follower = follower;
    this.#say = say;
  }

  /** Aborted once the daemon has died without a word; one that was replaced or taken down says goodbye. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Hears that the daemon is out of reach. */
  take(reason: string): void {
    const pid = this.#follower.snapshot?.daemon.pid;
    if (reason !== connectionBroke || pid === undefined || this.#lost.signal.aborted) return;
    this.#pid = pid;
    this.#say("lost the daemon: it has died\n  what this run started is being stopped\n");
    this.#lost.abort();
  }

  /** Waits for the next daemon, and starts it where nobody has. False, and that is told, where there is none to be had. */
  async untilThereIsAnother(): Promise<boolean> {
    if (await this.#isThere(watchdogMs)) return true;
    try {
      const { client } = await this.#context.daemons.ensure(this.#root);
      await client.close();
    } catch (error) {
      this.#say(`${error instanceof Error ? error.message : String(error)}\n`);
    }
    if (await this.#isThere(otherMs)) return true;
    // The watchdog's daemon has come, ended all of it, and gone.
    if (readLivingUnits(this.#root).length === 0) return false;
    this.#say("there is no daemon to stop it\n  look what goes on: orchestra ps\n");
    return false;
  }

  async #isThere(timeoutMs: number): Promise<boolean> {
    const end = await this.#follower.until((s) => (s.daemon.pid === this.#pid ? null : true), { timeoutMs });
    return end.kind === "met";
  }
}
