import { loadFleet } from "../../config/load-fleet.ts";
import { namesOf, resolveSelection } from "../../engine/selection.ts";
import { Abort } from "../../lib/abort.ts";
import type { Selection } from "../../model/command.ts";
import type { CliContext } from "../cli-context.ts";
import { Interruption } from "../interruption.ts";
import { locateFleet } from "../open-fleet.ts";
import { abortOf, configAbort } from "../reply-abort.ts";
import { changedServices } from "./changed-services.ts";

/**
 * Narrows a selection to the services that would be built differently since a commit, and says so on standard error; the
 * names are then those of services. Null where there is none, so that nothing is to be done. Throws an Abort where git
 * cannot tell.
 *
 * @param ref null: the merge base with the upstream, or HEAD
 */
export async function selectChanged(
  context: CliContext,
  select: Selection,
  ref: string | null,
): Promise<Selection | null> {
  const root = await locateFleet(context);
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  const all = spec.services.map((s) => s.name);
  const resolved = resolveSelection(select, spec, all);
  if (!resolved.ok) throw await abortOf(resolved.error, root, false);
  const names = new Set(namesOf(resolved.selected));
  const named = spec.services.filter((s) => names.has(s.name));
  const interruption = new Interruption(context);
  try {
    const question = { ref, purpose: "build", overrides: {}, signal: interruption.signal } as const;
    const changed = await changedServices(context, spec, named, question);
    if (changed === null) throw new Abort(interruption.exitCode, "interrupted");
    const { services, report } = changed;
    context.stderr.write(report);
    return services.length === 0 ? null : { names: services.map((s) => s.name), except: [] };
  } finally {
    interruption.end();
  }
}
