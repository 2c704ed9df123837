import { type SuspendTerminal, useApp } from "ink";
import { useEffect } from "react";

/** Hands out Ink's way of letting go of the terminal, which only a component can reach. Draws nothing. */
export function TerminalSuspender({ onReady }: { onReady(suspend: SuspendTerminal): void }): null {
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return null;
}
