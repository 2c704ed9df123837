import { setImmediate } from "node:timers/promises";
import { mouseOff, mouseOn } from "./mouse.ts";

const enterCodes = "\x1b[?1049h";
/** Not `2J`, which some terminals carry out by scrolling what is there into their history. */
const clearCodes = "\x1b[0m\x1b[H\x1b[J";
/** What leaves the modes as they were found: end of synchronized output, plain text, cursor shown, paste as typed. */
const restoreCodes = "\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?2004l";
/**
 * Back to the main screen, with nothing left on ours: tmux, resized since, wraps the long lines of the screen that is left to the width at
 * which it was entered, and pushes what does not fit into the history of the shell.
 */
const leaveCodes = `${clearCodes}\x1b[?1049l`;
/** How long a terminal that takes nothing may keep us from leaving. */
const restoreLimitMs = 1000;

/** The dashboard's hold on the terminal. */
export interface Terminal {
  /** For Ink: the real stream, until `restore`; after it nothing that is written arrives. */
  stdout: NodeJS.WriteStream;
  /** True while earlier output has not been taken yet; drawing more would only pile up. */
  isStalled(): boolean;
  /** Called once it has taken everything, after it was found stalled. */
  onDrain(listener: () => void): void;
  onResize(listener: () => void): void;
  /** The terminal is no more: its window was closed, its connection lost. */
  onGone(listener: () => void): void;
  /** From now on clicks and the wheel are told. */
  takeMouse(): void;
  /** Blanks the screen; what is drawn next has to be all of it. */
  clear(): void;
  /** Lets another program have the terminal, once Ink has let go of it: no key is read, nothing is drawn. The result takes it back. */
  lend(): Promise<() => void>;
  /** Gives the terminal back. Resolves when it has it, or after a second of a terminal that takes nothing. Only the first call does anything. */
  restore(): Promise<void>;
}

/**
 * Takes a terminal over. Writes to a terminal block the event loop, so that one that is stalled (ctrl-s, a hung connection) would stop the keys
 * too: the handle is set not to block, and frames are left out while it is full.
 */
export function takeTerminal(real: NodeJS.WriteStream, stdin: NodeJS.ReadStream): Terminal {
  let isMuted = false;
  let isOnOwnScreen = false;
  let isLent = false;
  let hasMouse = false;
  let wasFoundStalled = false;
  let drained = ignore;
  const removals: (() => void)[] = [];
  const on = (stream: NodeJS.WriteStream | NodeJS.ReadStream, event: string, listener: () => void) => {
    stream.on(event, listener);
    removals.push(() => stream.off(event, listener));
  };
  // A terminal that is gone makes reads and writes fail, also after we let go of it; that is for `onGone`, and no bug.
  for (const stream of [real, stdin]) stream.on("error", ignore);
  setBlocking(real, false);

  const write: typeof real.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const done = rest.findLast((argument) => typeof argument === "function");
    if (!isMuted) {
      isOnOwnScreen ||= typeof chunk === "string" && chunk.includes(enterCodes);
      // The stream's own `drain` comes only after more than its buffer's limit was written.
      return real.write(chunk, (error) => {
        done?.(error);
        if (!wasFoundStalled || isMuted || real.writableLength > 0) return;
        wasFoundStalled = false;
        drained();
      });
    }
    done?.();
    return true;
  };

  return {
    stdout: new Proxy(real, {
      get(target, property) {
        if (property === "write") return write;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
    isStalled() {
      wasFoundStalled ||= real.writableLength > 0;
      return real.writableLength > 0;
    },
    onDrain: (listener) => {
      drained = listener;
    },
    onResize: (listener) => on(real, "resize", listener),
    onGone: (listener) => {
      on(real, "error", listener);
      on(stdin, "error", listener);
      on(stdin, "end", listener);
    },
    takeMouse: () => {
      hasMouse = true;
      if (!isMuted) real.write(mouseOn);
    },
    clear: () => {
      if (!isMuted && !isLent) real.write(clearCodes);
    },
    async lend() {
      isLent = true;
      if (hasMouse) real.write(mouseOff);
      // The other program shares the descriptor, and would find it full instead of waiting.
      setBlocking(real, true);
      // The stream notices only in a later turn that nobody listens any more, and would go on taking the keys.
      await setImmediate();
      stdin.pause();
      return () => {
        isLent = false;
        if (isMuted) return;
        setBlocking(real, false);
        if (hasMouse) real.write(mouseOn);
      };
    },
    async restore() {
      if (isMuted) return;
      isMuted = true;
      for (const remove of removals) remove();
      setBlocking(real, true);
      const hasTaken = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restoreLimitMs);
        const modes = hasMouse ? mouseOff + restoreCodes : restoreCodes;
        real.write(isOnOwnScreen && !isLent ? modes + leaveCodes : modes, () => {
          clearTimeout(timer);
          resolve();
        });
      });
      releaseKeys(stdin);
      await hasTaken;
    },
  };
}

function ignore(): void {}

function releaseKeys(stdin: NodeJS.ReadStream): void {
  try {
    if (stdin.isTTY) stdin.setRawMode(false);
  } catch {
    // The terminal is gone, and its modes with it.
  }
}

/** Node has no public way to say this; without it the stream stays as it is. */
function setBlocking(stream: NodeJS.WriteStream, isBlocking: boolean): void {
  const { _handle: handle } = stream as unknown as { _handle?: { setBlocking?(isBlocking: boolean): void } };
  handle?.setBlocking?.(isBlocking);
}
