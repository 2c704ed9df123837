import type { StraysView } from "./strays-view.ts";
import type { UiState } from "./ui-state.ts";

/** The list of strays as far as it is seen, also behind a question about one of them; null where it is not open. */
export function openStraysView({ dialog }: Pick<UiState, "dialog">): StraysView | null {
  if (dialog.kind === "strays") return dialog;
  return dialog.kind === "confirm" && dialog.verb === "stop-stray" ? dialog.view : null;
}
