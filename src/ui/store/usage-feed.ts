import type { EngineClient, Subscription } from "../../model/client.ts";
import { UsageStore } from "./usage-store.ts";

/** Watches what the services take, for as long as somebody looks: nothing is measured for columns that are not on the screen. */
export class UsageFeed {
  readonly store = new UsageStore();
  readonly #client: Pick<EngineClient, "watchUsage">;
  readonly #onSample: () => void;
  #subscription: Subscription | null = null;

  constructor(client: Pick<EngineClient, "watchUsage">, onSample: () => void) {
    this.#client = client;
    this.#onSample = onSample;
  }

  setWatched(isWatched: boolean): void {
    if (isWatched === (this.#subscription !== null)) return;
    this.close();
    if (!isWatched) return;
    this.#subscription = this.#client.watchUsage((sample) => {
      this.store.push(sample);
      this.#onSample();
    });
  }

  close(): void {
    this.#subscription?.close();
    this.#subscription = null;
    this.store.clear();
  }
}
