import { loadFleet } from "../../config/load-fleet.ts";
import { namesOf, resolveSelection } from "../../engine/selection.ts";
import { type TestKind, testCommandOf } from "../../engine/tests/run-tests.ts";
import type { Selection } from "../../model/command.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { changedServices } from "../changed/changed-services.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet, nothingToRun } from "../open-fleet.ts";
import { abortOf, configAbort } from "../reply-abort.ts";

/** Which tests are asked for. */
export interface TestSelection {
  select: Selection;
  kinds: readonly TestKind[];
  /** Only of services that a git diff is about: since this ref, or (null) since the usual one. */
  changed?: string | null | undefined;
  overrides: Record<string, string>;
}

/** The tests that there are to run. */
export interface SelectedTests {
  fleet: FleetSpec;
  units: ServiceSpec[];
  acceptances: ServiceSpec[];
  /** What was compared, where it was: lines with their ends. */
  report: string;
}

/** Reads the fleet's files and picks what is to be tested; null where the signal came first. Throws an Abort where that cannot be told. */
export async function selectTests(
  context: CliContext,
  selection: TestSelection,
  signal: AbortSignal,
): Promise<SelectedTests | null> {
  const root = await locateFleet(context);
  const { spec: fleet, diagnostics } = loadFleet(root);
  if (fleet === null) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  if (fleet.services.length === 0) throw nothingToRun(root);
  const all = fleet.services.map((s) => s.name);
  const resolved = resolveSelection(selection.select, fleet, all);
  if (!resolved.ok) throw await abortOf(resolved.error, root, false);
  const names = new Set(namesOf(resolved.selected));
  const having = (services: readonly ServiceSpec[], kind: TestKind): ServiceSpec[] =>
    selection.kinds.includes(kind) ? services.filter((s) => testCommandOf(s, kind) !== null) : [];
  const named = fleet.services.filter((s) => names.has(s.name));
  const { changed: ref, overrides } = selection;
  const tested = named.filter((s) => selection.kinds.some((kind) => testCommandOf(s, kind) !== null));
  const changed =
    ref === undefined
      ? { services: named, report: "" }
      : await changedServices(context, fleet, tested, { ref, purpose: "test", overrides, signal });
  if (changed === null) return null;
  const { services, report } = changed;
  return { fleet, units: having(services, "unit"), acceptances: having(services, "acceptance"), report };
}
