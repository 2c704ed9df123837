import type { BackgroundAnswer } from "./background-answer.ts";
import { signEscapes } from "./escape-key.ts";
import { signFunctionKeys } from "./function-keys.ts";
import { type MouseEvent, takeMouse } from "./mouse.ts";

interface KeyboardOptions {
  onMouse(event: MouseEvent): void;
  /** True for an `alt-x` that does something. */
  isAltKey(key: string): boolean;
  /** Where the terminal was asked for its background. */
  background: BackgroundAnswer | null;
}

/**
 * The keyboard for Ink, which reports F1 to F12 as nothing at all, the mouse as letters, and Esc with a key right behind it as one: function keys
 * and Esc become signs that no keyboard has and that `keyNames` reads, what the mouse did and what the terminal answered is told apart. Everything
 * else passes as it is.
 */
export function readKeyboard(stdin: NodeJS.ReadStream, options: KeyboardOptions): NodeJS.ReadStream {
  return new Proxy(stdin, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property === "read") {
        return (size?: number): unknown => {
          const data: unknown = target.read(size);
          if (typeof data !== "string") return data;
          const { rest, events } = takeMouse(options.background?.take(data) ?? data);
          for (const event of events) options.onMouse(event);
          return signEscapes(signFunctionKeys(rest), options.isAltKey);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
