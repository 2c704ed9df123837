import { loadFleet } from "../../config/load-fleet.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import { loadDocker } from "../../engine/vendors/load-docker.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { counted } from "../../ui/text/amount.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet } from "../open-fleet.ts";
import { listNames } from "../output/list-names.ts";
import { type Paint, paint } from "../output/paint.ts";
import { printableWords } from "../output/printable.ts";
import { formatTable } from "../output/table.ts";
import { judgeConfig } from "./check-config.ts";
import { checkDaemon } from "./check-daemon.ts";
import { checkDescriptors } from "./check-descriptors.ts";
import { checkDisk } from "./check-disk.ts";
import { checkDocker, needsDocker } from "./check-docker.ts";
import { checkGo } from "./check-go.ts";
import { checkImages } from "./check-images.ts";
import { checkPorts } from "./check-ports.ts";
import { checkPrograms } from "./check-programs.ts";
import { checkStrays } from "./check-strays.ts";
import { checkWatches } from "./check-watches.ts";
import { type Finding, problem, warning } from "./finding.ts";

/** One check: what it is about, and how it looks. Null where the fleet has no use for it. */
interface Check {
  name: string;
  look: (signal: AbortSignal) => Promise<Finding | null> | Finding | null;
}

/** Longer than any of them takes on a machine that is well. */
const limitMs = 8_000;

const styles: Record<Finding["level"], Paint> = { ok: "green", warning: "yellow", problem: "red" };

/** Looks at all that the fleet needs of this machine, and says what to do. Resolves to the exit code: 1 where there is a problem. */
export async function runDoctor(context: CliContext, json: boolean): Promise<number> {
  const root = await locateFleet(context);
  const loaded = loadFleet(root, context.env);
  const docker =
    loaded.spec !== null && needsDocker(loaded.spec)
      ? await loadDocker({ env: context.env, clock: context.clock })
      : null;
  try {
    const ofFleet = loaded.spec === null ? [] : checksOf(context, loaded.spec, docker);
    const checks: Check[] = [
      { name: "config", look: () => judgeConfig(loaded) },
      ...ofFleet,
      { name: "daemon", look: () => checkDaemon(root) },
    ];
    const found = await Promise.all(checks.map(async (check) => ({ name: check.name, finding: await look(check) })));
    const told = found.flatMap(({ name, finding }) => (finding === null ? [] : [{ name, ...finding }]));
    const problems = told.filter(({ level }) => level === "problem");
    if (json) {
      const isOk = problems.length === 0;
      context.stdout.write(`${JSON.stringify({ root, ok: isOk, checks: told })}\n`);
    } else {
      context.stdout.write(format(told, context.stdout.hasColor));
      context.stderr.write(`${summary(told)}\n`);
    }
    return problems.length > 0 ? exitCodes.failed : exitCodes.ok;
  } finally {
    docker?.close();
  }
}

function checksOf(context: CliContext, spec: FleetSpec, docker: Docker | null): Check[] {
  const { env } = context;
  const ofDocker: Check[] =
    docker === null
      ? []
      : [
          { name: "docker", look: () => checkDocker(docker, spec) },
          { name: "images", look: (signal) => checkImages(docker, spec, signal) },
        ];
  return [
    { name: "go", look: (signal) => checkGo(spec, env, signal) },
    { name: "programs", look: () => checkPrograms(spec, env) },
    ...ofDocker,
    { name: "ports", look: () => checkPorts(spec) },
    { name: "watches", look: () => checkWatches(spec) },
    { name: "disk", look: () => checkDisk(spec, docker !== null) },
    { name: "open files", look: () => checkDescriptors(spec) },
    { name: "strays", look: () => checkStrays(context) },
  ];
}

/** What is wrong with what it looks at is a finding; only our own mistakes are thrown. */
async function look({ look: act }: Check): Promise<Finding | null> {
  const limit = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => {
    resolve(warning(`no answer within ${limitMs / 1000}s`, "try again: orchestra doctor"));
    limit.abort();
  }, limitMs);
  try {
    return await Promise.race([late, (async () => await act(limit.signal))()]);
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    return problem(error.message.split("\n")[0] ?? error.message, error.hint);
  } finally {
    clearTimeout(timer);
  }
}

function format(told: readonly (Finding & { name: string })[], hasColor: boolean): string {
  return formatTable(
    told.map(({ name, level, text, advice }) => [
      paint(hasColor, styles[level], level),
      name,
      `${printableWords(text)}${advice === null ? "" : paint(hasColor, "dim", ` → ${printableWords(advice)}`)}`,
    ]),
  );
}

function summary(told: readonly Finding[]): string {
  const count = (level: Finding["level"]): number => told.filter((one) => one.level === level).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems + warnings === 0) return "all is well";
  return listNames([
    ...(problems === 0 ? [] : [counted(problems, "problem")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ]);
}
