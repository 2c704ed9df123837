import type { Binding } from "../../keys/binding.ts";
import { bindings } from "../../keys/bindings.ts";
import { keyContexts } from "../../keys/resolve-key.ts";
import type { UiState } from "../../state/ui-state.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";

/** These stay where there is no room for all. */
const kept = new Set(["help", "quit"]);

/** As many of the keys in force as fit, in the table's order; help and quit always. */
export function footerSpans(ui: UiState, width: number, theme: Theme): Span[] {
  const contexts = keyContexts(ui);
  const hinted = (bindings as readonly Binding[]).filter(
    (b) => b.hint !== undefined && contexts.includes(b.context) && (b.needsService !== true || ui.selected !== null),
  );
  const shown = new Set(hinted);
  const all = () => hinted.filter((b) => shown.has(b)).flatMap((b) => hintSpans(b, theme));
  for (const binding of hinted.toReversed()) {
    if (spansWidth(all()) <= width) break;
    if (!kept.has(binding.id)) shown.delete(binding);
  }
  return all();
}

function hintSpans(binding: Binding, { role, glyphs }: Theme): Span[] {
  const keys = binding.hintKeys ?? binding.keys[0] ?? "";
  const written = glyphs.follow === "v" ? keys.replace("←/→", "<-/->") : keys;
  return [
    { text: ` ${written}`, style: role.key },
    { text: ` ${binding.hint ?? ""} `, style: role.muted },
  ];
}
