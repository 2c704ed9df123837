import type { UiState } from "./ui-state.ts";

/** True while keys are text. */
export function isTyping({ dialog, prompt }: UiState): boolean {
  return prompt !== null && dialog.kind === "none";
}
