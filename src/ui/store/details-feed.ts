import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { EngineClient } from "../../model/client.ts";
import type { UnitId } from "../../model/ids.ts";
import type { UnitInspection } from "../../model/inspection.ts";
import type { LogLine } from "../../model/log.ts";

/** What is known of the unit whose details are open. */
export interface DetailsData {
  unit: UnitId;
  /** Null before the first answer, and where there is no such unit. */
  inspection: UnitInspection | null;
  /** The answer was that there is no such unit. */
  isGone: boolean;
  /** The last lines of its log, ascending. */
  log: readonly LogLine[];
  /** Why the newest look failed; what was known before stays. */
  problem: string | null;
  /** Secrets that the user has asked for, by variable. */
  revealed: ReadonlyMap<string, string>;
}

/** How old details may be while somebody looks. */
const refreshMs = 2000;
/** After an event: a burst of them is one look. */
const settleMs = 150;
const logLines = 60;

/**
 * Looks after the unit whose details are open: asks every two seconds, and soon after each event of the unit; never twice at once, and not at
 * all while nothing is open.
 */
export class DetailsFeed {
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #data: DetailsData | null = null;
  #cancelLook: (() => void) | null = null;
  #isLooking = false;
  /** Something has happened since the look that is under way began. */
  #isOutdated = false;

  constructor(client: EngineClient, clock: Clock, onChange: () => void) {
    this.#client = client;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Null while nothing is open. */
  data(): DetailsData | null {
    return this.#data;
  }

  /** Whose details are open now; null closes them and forgets what was revealed. */
  watch(unit: UnitId | null): void {
    if (unit === (this.#data?.unit ?? null)) return;
    this.#cancel();
    this.#data =
      unit === null ? null : { unit, inspection: null, isGone: false, log: [], problem: null, revealed: new Map() };
    if (unit !== null) void this.#look();
  }

  /** Something happened to the unit. */
  poke(unit: UnitId): void {
    if (this.#data?.unit !== unit) return;
    if (this.#isLooking) this.#isOutdated = true;
    else this.#lookIn(settleMs);
  }

  /** Shows the value of a variable, or masks it again. */
  async reveal(variable: string): Promise<void> {
    const data = this.#data;
    if (data === null) return;
    if (data.revealed.has(variable)) {
      this.#put({ ...data, revealed: new Map([...data.revealed].filter(([name]) => name !== variable)) });
      return;
    }
    try {
      const value = await this.#client.reveal(data.unit, variable);
      if (this.#data?.unit !== data.unit || value === null) return;
      this.#put({ ...this.#data, revealed: new Map([...this.#data.revealed, [variable, value]]) });
    } catch (error) {
      if (this.#data?.unit === data.unit) this.#put({ ...this.#data, problem: messageOf(error) });
    }
  }

  close(): void {
    this.watch(null);
  }

  async #look(): Promise<void> {
    const unit = this.#data?.unit;
    if (unit === undefined) return;
    if (this.#isLooking) {
      this.#isOutdated = true;
      return;
    }
    this.#isLooking = true;
    this.#isOutdated = false;
    const change = await this.#ask(unit);
    this.#isLooking = false;
    if (this.#data === null) return;
    if (this.#data.unit !== unit) {
      void this.#look();
      return;
    }
    this.#put({ ...this.#data, ...change });
    this.#lookIn(this.#isOutdated ? settleMs : refreshMs);
  }

  async #ask(unit: UnitId): Promise<Partial<DetailsData>> {
    try {
      const [inspection, page] = await Promise.all([
        this.#client.inspect(unit),
        this.#client.readLogs({ units: [unit], from: "end", direction: "backward", limit: logLines }),
      ]);
      return { inspection, isGone: inspection === null, log: page.lines, problem: null };
    } catch (error) {
      return { problem: messageOf(error) };
    }
  }

  #lookIn(ms: number): void {
    this.#cancel();
    this.#cancelLook = this.#clock.after(ms, () => {
      this.#cancelLook = null;
      void this.#look();
    });
  }

  #cancel(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
  }

  #put(data: DetailsData): void {
    this.#data = data;
    this.#onChange();
  }
}
