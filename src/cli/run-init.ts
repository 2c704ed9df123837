import type { ProposedService } from "../config/propose-services.ts";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { suggest } from "../lib/suggest.ts";
import { counted } from "../ui/text/amount.ts";
import type { CliContext } from "./cli-context.ts";
import { type InitFile, initFiles, writeInitFiles } from "./init-files.ts";
import { findProposal } from "./init-proposal.ts";
import { locateFleet } from "./open-fleet.ts";
import { paint } from "./output/paint.ts";
import { printable, printableWords } from "./output/printable.ts";
import { formatTable } from "./output/table.ts";
import { configAbort } from "./reply-abort.ts";

/** What `orchestra init` is asked. */
export interface InitRun {
  /** Only these of what is found; nothing means all. */
  names: readonly string[];
  except: readonly string[];
  /** Writes without a question. */
  isAgreed: boolean;
  isDryRun: boolean;
  json: boolean;
  ask: (question: string) => Promise<boolean>;
}

/** Shows what could be a service, and makes services of it once a person agrees. */
export async function runInit(context: CliContext, run: InitRun): Promise<number> {
  const root = await locateFleet(context);
  const found = findProposal(root);
  if (!found.ok) throw await configAbort(found.diagnostics, root, context.stderr.hasColor);
  const { proposal, fleet } = found;
  const services = chosen(proposal.services, run);
  const files = initFiles(root, services);
  const { stdout, stderr } = context;
  for (const remark of proposal.remarks) stderr.write(`left out: ${printableWords(remark)}\n`);
  if (run.json) {
    if (run.isAgreed && !run.isDryRun) writeInitFiles(root, files);
    const isWritten = run.isAgreed && !run.isDryRun;
    const shown = files.map(({ path, text }) => ({ path, text }));
    stdout.write(
      `${JSON.stringify({ root, services, files: shown, remarks: proposal.remarks, written: isWritten })}\n`,
    );
    return exitCodes.ok;
  }
  if (files.length === 0) {
    const has = fleet.services.length;
    stderr.write(
      has > 0
        ? `nothing more was found in ${root}; the fleet has ${counted(has, "service")}\n`
        : `nothing was found in ${root}: looked for Go main packages, and for package.json files with a start script\n` +
            "  anything else says how it runs: echo 'run: ./server' > api/service.yml\n",
    );
    return exitCodes.ok;
  }
  stdout.write(formatProposal(services, files, stdout.hasColor));
  if (run.isDryRun) return exitCodes.ok;
  if (!run.isAgreed) {
    if (!context.isInteractive) {
      stderr.write("nothing was written\n  write it: orchestra init --yes\n");
      return exitCodes.ok;
    }
    const what = files.length === 1 ? "this file" : `these ${files.length} files`;
    if (!(await run.ask(`write ${what}? [y/N] `))) {
      stderr.write("nothing was written\n");
      return exitCodes.ok;
    }
  }
  writeInitFiles(root, files);
  stderr.write(`wrote ${counted(files.length, "file")}, for ${counted(services.length, "service")}\n`);
  stderr.write("  start them: orchestra start      look on: orchestra\n");
  return exitCodes.ok;
}

function chosen(services: readonly ProposedService[], { names, except }: InitRun): ProposedService[] {
  const known = services.map((service) => service.name);
  for (const name of [...names, ...except]) {
    if (known.includes(name)) continue;
    const close = suggest(name, known);
    throw new Abort(
      exitCodes.usage,
      `nothing that is called "${name}" was found`,
      close === null ? "see what was: orchestra init --dry-run" : `did you mean "${close}"?`,
    );
  }
  return services.filter(({ name }) => (names.length === 0 || names.includes(name)) && !except.includes(name));
}

function formatProposal(services: readonly ProposedService[], files: readonly InitFile[], hasColor: boolean): string {
  const rows = services.map(({ name, found, dir, target }) => [
    paint(hasColor, "bold", name),
    `${found} in ${dir === "." ? "the root" : printableWords(dir)}`,
    target === "service.yml" ? `${printableWords(dir)}/service.yml` : "orchestra.yml",
  ]);
  const blocks = files.map(({ path, added, isThere }) => {
    const what = isThere ? " (added to it)" : "";
    const lines = added === "" ? ["(empty: that is all it needs)"] : added.trimEnd().split("\n");
    return `${paint(hasColor, "bold", printableWords(path))}${what}\n${lines.map((line) => `  ${printable(line, false)}\n`).join("")}`;
  });
  return `${formatTable(rows)}\n${blocks.join("")}`;
}
