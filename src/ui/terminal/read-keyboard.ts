import { signFunctionKeys } from "./function-keys.ts";
import { type MouseEvent, takeMouse } from "./mouse.ts";

/**
 * The keyboard for Ink, which reports F1 to F12 as nothing at all and the mouse as letters: function keys become signs that no keyboard has and
 * that `functionKeyOf` reads, what the mouse did is told apart. Everything else passes as it is.
 */
export function readKeyboard(stdin: NodeJS.ReadStream, onMouse: (event: MouseEvent) => void): NodeJS.ReadStream {
  return new Proxy(stdin, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property === "read") {
        return (size?: number): unknown => {
          const data: unknown = target.read(size);
          if (typeof data !== "string") return data;
          const { rest, events } = takeMouse(data);
          for (const event of events) onMouse(event);
          return signFunctionKeys(rest);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
