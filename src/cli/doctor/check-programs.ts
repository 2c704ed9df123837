import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { findProgram } from "../find-program.ts";
import { listNames } from "../output/list-names.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** What the shell does by itself, and words of its grammar. */
const shellWords = new Set(
  "[ [[ { ( . : ! alias case cd command do echo eval export false for if printf pwd read set source test time trap true type ulimit umask unset until wait while".split(
    " ",
  ),
);

/** The program that a command line begins with; null where the shell alone knows. Pure. */
export function programOf(command: string): string | null {
  const words = command.trim().split(/\s+/);
  for (const word of words) {
    if (word === "exec" || word === "env" || /^[A-Za-z_]\w*=[^\s"'`$]*$/.test(word)) continue;
    return shellWords.has(word) || !/^[\w@%+:,./-]+$/.test(word) ? null : word;
  }
  return null;
}

/** What a service is run and built with, and whether it is there. */
export interface UsedProgram {
  service: string;
  program: string;
  found: "found" | "missing" | "not-executable";
}

/** Whether all programs that services begin with are there. Pure. */
export function judgePrograms(used: readonly UsedProgram[]): Finding | null {
  if (used.length === 0) return null;
  const missing = used.filter(({ found }) => found === "missing");
  const [first] = missing;
  if (first !== undefined) {
    const others = missing.length === 1 ? "" : ` (and ${listNames(rest(missing, first))})`;
    const where = first.program.includes("/") ? "" : " in PATH";
    return problem(
      `there is no ${first.program}${where}, which ${first.service} is run with${others}`,
      adviceFor(first.program),
    );
  }
  const barred = used.find(({ found }) => found === "not-executable");
  if (barred !== undefined) return problem(`${barred.program} of ${barred.service} is not executable`, "chmod +x it");
  return fine(`${listNames([...new Set(used.map(({ program }) => program))])}: there`);
}

function rest(missing: readonly UsedProgram[], first: UsedProgram): string[] {
  return missing.filter((one) => one !== first).map(({ program, service }) => `${program} of ${service}`);
}

function adviceFor(program: string): string {
  if (program === "node" || program === "npm" || program === "npx") return "install Node: https://nodejs.org";
  if (program === "pnpm" || program === "yarn") return `corepack enable ${program}`;
  return program.includes("/") ? "build it first, or mend `run`" : "install it, or mend `run`";
}

/** Looks for what services are run and built with; null where that is nothing but what they build themselves. */
export function checkPrograms({ services }: FleetSpec, env: Record<string, string>): Finding | null {
  const used = services
    .filter(({ container }) => container === null)
    .flatMap((service) =>
      [...new Set(commandsOf(service).flatMap((command) => programOf(command) ?? []))].map((program) => ({
        service: service.name,
        program,
        found: findProgram(program, service.dir, service.env.PATH ?? env.PATH),
      })),
    );
  const found = judgePrograms(used);
  return found?.level === "problem" ? found : (unfetched(services) ?? found);
}

function commandsOf({ build, run }: ServiceSpec): string[] {
  // What a build makes need not be there before it.
  if (build.kind === "command") return [build.command];
  return run.kind === "command" ? [run.command] : [];
}

/** A package whose dependencies nobody has fetched. */
function unfetched(services: readonly ServiceSpec[]): Finding | null {
  const bare = services.filter(({ dir, run }) => {
    if (run.kind !== "command" || !/^(?:exec )?(?:node|npm|npx|pnpm|yarn)\b/.test(run.command.trim())) return false;
    return (
      ["package-lock.json", "pnpm-lock.yaml", "yarn.lock"].some((lock) => existsSync(join(dir, lock))) &&
      !existsSync(join(dir, "node_modules"))
    );
  });
  const [first] = bare;
  if (first === undefined) return null;
  return warning(
    `the packages of ${listNames(bare.map(({ name }) => name))} are not installed`,
    `install them: (cd ${first.dir} && npm ci)`,
  );
}
