import type { Binding } from "../../keys/binding.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { bindingsInForce } from "../../keys/resolve-key.ts";
import type { UiState } from "../../state/ui-state.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";

/** These stay where there is no room for all. */
const kept = new Set(["help", "quit", "start-daemon", "details-close"]);

/** As many of the keys in force as fit, in the table's order; help and quit always. `isGone`: there is no daemon. */
export function footerSpans(ui: UiState, keys: KeyTable, isGone: boolean, width: number, theme: Theme): Span[] {
  const inForce = bindingsInForce(ui, keys);
  // Between the panes keys keep their place, whichever has the focus; a dialog's own come first.
  const ordered = ui.dialog.kind === "none" ? keys.filter((b) => inForce.includes(b)) : inForce;
  const hinted = ordered.filter(
    (b) =>
      b.hint !== undefined &&
      b.keys.length > 0 &&
      (isGone || b.id !== "start-daemon") &&
      (b.needsService !== true || ui.selected !== null),
  );
  const shown = new Set(hinted);
  const all = () => hinted.filter((b) => shown.has(b)).flatMap((b) => hintSpans(b, theme));
  for (const binding of hinted.toReversed()) {
    if (spansWidth(all()) <= width) break;
    if (!kept.has(binding.id)) shown.delete(binding);
  }
  return all();
}

function hintSpans(binding: Binding, { role }: Theme): Span[] {
  const keys = binding.hintKeys ?? binding.keys[0] ?? "";
  return [
    { text: ` ${keys}`, style: role.key },
    { text: ` ${binding.hint ?? ""} `, style: role.muted },
  ];
}
