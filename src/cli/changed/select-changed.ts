import { loadFleet } from "../../config/load-fleet.ts";
import { namesOf, resolveSelection } from "../../engine/selection.ts";
import { Abort } from "../../lib/abort.ts";
import type { Selection } from "../../model/command.ts";
import type { CliContext } from "../cli-context.ts";
import { Interruption } from "../interruption.ts";
import { locateFleet, nothingToRun } from "../open-fleet.ts";
import { listNames } from "../output/list-names.ts";
import { abortOf, configAbort } from "../reply-abort.ts";
import { changedServices } from "./changed-services.ts";

export interface ChangedSelect {
  /** Null: the merge base with the upstream, or HEAD. */
  ref: string | null;
  /** Of `-e`. */
  overrides?: Record<string, string>;
  /** It is for a start: without names, what has autostart off counts and is told of, but is not started. */
  isStart?: boolean;
  /** Takes what was compared, and what that means for whom; unless given, standard error does. */
  say?: (text: string) => void;
}

/**
 * Narrows a selection to the services that would be built or run differently since a commit, and says so; the names are
 * then those of services. Null where there is none, so that nothing is to be done. Throws an Abort where git cannot tell.
 */
export async function selectChanged(
  context: CliContext,
  select: Selection,
  { ref, overrides = {}, isStart = false, say = (text) => context.stderr.write(text) }: ChangedSelect,
): Promise<Selection | null> {
  const root = await locateFleet(context);
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  if (spec.services.length === 0) throw nothingToRun(root);
  const all = spec.services.map((s) => s.name);
  const resolved = resolveSelection(select, spec, all);
  if (!resolved.ok) throw await abortOf(resolved.error, root, false);
  const names = new Set(namesOf(resolved.selected));
  const named = spec.services.filter((s) => names.has(s.name));
  const interruption = new Interruption(context);
  try {
    const question = { ref, purpose: "build", overrides, signal: interruption.signal } as const;
    const changed = await changedServices(context, spec, named, question);
    if (changed === null) throw new Abort(interruption.exitCode, "interrupted");
    const { services, report } = changed;
    const left = isStart && !resolved.selected.isExplicit ? services.filter((s) => !s.autostart) : [];
    const taken = services.filter((s) => !left.includes(s)).map((s) => s.name);
    const off = left.length === 0 ? "" : `not started, since autostart is off: ${listNames(left.map((s) => s.name))}\n`;
    const end = isStart && taken.length === 0 ? "nothing to start\n" : "";
    say(`${report}${off}${end}`);
    return taken.length === 0 ? null : { names: taken, except: [] };
  } finally {
    interruption.end();
  }
}
