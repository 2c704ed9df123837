import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { EngineClient } from "../../model/client.ts";
import type { Command } from "../../model/command.ts";
import type { Action } from "../state/action.ts";
import type { Effect } from "../state/effect.ts";
import type { Message } from "../state/ui-state.ts";
import { sendCommand } from "./send-command.ts";

const messageMs = 8000;
/** A command that takes longer says that it is under way. */
const slowCommandMs = 300;

interface EngineDeskOptions {
  client: EngineClient;
  clock: Clock;
  callerEnv: Record<string, string>;
  /** Starts a daemon where none runs; the result says what went wrong, null where nothing did. */
  startDaemon: () => Promise<string | null>;
  /** What the user is being told. */
  message(): Message | null;
  dispatch(action: Action): void;
  onChange(): void;
}

/** What an effect for the engine is: all of them are carried out here. */
export type EngineEffect = Extract<Effect, { kind: "send" | "lookForStrays" | "startDaemon" }>;

/** All that is asked of the engine, and of whoever starts one; tells the user what comes of it. */
export class EngineDesk {
  readonly #options: EngineDeskOptions;

  constructor(options: EngineDeskOptions) {
    this.#options = options;
  }

  perform(effect: EngineEffect): void {
    switch (effect.kind) {
      case "send":
        void this.#send(effect.command, effect.label);
        return;
      case "lookForStrays":
        void this.#lookForStrays();
        return;
      case "startDaemon":
        void this.#startDaemon();
        return;
    }
  }

  /** Tells the user something, for some seconds. */
  say(level: Message["level"], text: string): void {
    this.#show(this.passing(level, text));
  }

  /** A message that is gone after some seconds. */
  passing(level: Message["level"], text: string): Message {
    return { level, text, until: this.#options.clock.now() + messageMs };
  }

  async #send(command: Command, label: string): Promise<void> {
    const { client, clock, callerEnv, dispatch, message, onChange } = this.#options;
    const underWay = `${label} …`;
    const since = clock.now();
    const timer = setTimeout(() => {
      // What the user has to know stays until it was read.
      if ((message()?.level ?? "info") === "info") this.#sayUnderWay(underWay, since);
    }, slowCommandMs);
    const outcome = await sendCommand(client, command, callerEnv);
    clearTimeout(timer);
    this.#unsay(underWay);
    if (!outcome.ok) {
      const refusal = this.passing("error", outcome.message);
      dispatch(
        command.kind === "down" ? { kind: "downRefused", message: refusal } : { kind: "said", message: refusal },
      );
    } else if (command.kind === "down") {
      dispatch({ kind: "downAccepted", revision: outcome.revision });
    } else if (outcome.notes.length > 0) {
      this.say("info", outcome.notes.join(" "));
    }
    onChange();
  }

  /** What is found comes as an event, like everything. */
  async #lookForStrays(): Promise<void> {
    const { client, dispatch, onChange } = this.#options;
    try {
      await client.findStrays();
    } catch (error) {
      this.say("error", messageOf(error));
    }
    dispatch({ kind: "straysLooked" });
    onChange();
  }

  async #startDaemon(): Promise<void> {
    const { clock, startDaemon } = this.#options;
    const underWay = "starting a daemon …";
    this.#sayUnderWay(underWay, clock.now());
    const problem = await startDaemon();
    if (problem !== null) this.say("error", problem);
    else this.#unsay(underWay);
  }

  /** Until it is over, with how long it has taken. */
  #sayUnderWay(text: string, since: number): void {
    this.#show({ level: "info", text, until: Number.POSITIVE_INFINITY, since });
  }

  #unsay(text: string): void {
    if (this.#options.message()?.text === text) this.#options.dispatch({ kind: "said", message: null });
  }

  #show(message: Message): void {
    this.#options.dispatch({ kind: "said", message });
    this.#options.onChange();
  }
}
