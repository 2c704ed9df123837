import type { EngineEvent } from "../model/event.ts";
import type { Output } from "./output/output.ts";
import { printable } from "./output/printable.ts";

/** Shows the output of the hooks of one command as it comes; hooks of other commands are none of its business. */
export function printHookOutput(event: EngineEvent, commandId: string, output: Output): void {
  if (event.kind !== "hookOutput" || event.commandId !== commandId) return;
  const text = output.isTty
    ? event.text
        .split("\n")
        .map((line) => printable(line, output.hasColor))
        .join("\n")
    : event.text;
  output.write(text.endsWith("\n") ? text : `${text}\n`);
}
