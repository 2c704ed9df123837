import { goBuildLine } from "../../engine/build/go-command.ts";
import { maskCommandLine } from "../../model/mask-command-line.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { printableWords } from "./printable.ts";
import { formatTable } from "./table.ts";

/** How a service is built, run and tested, as a person would type it in its folder; null where that is not done. */
export interface ServiceCommands {
  build: string | null;
  run: string;
  test: string | null;
  acceptance: string | null;
}

/** The commands that the config comes to, with every default filled in; secrets are masked. */
export function serviceCommands({ name, build, run, test, acceptance }: ServiceSpec): ServiceCommands {
  const masked = (command: string | null) => (command === null ? null : maskCommandLine([command]).join(" "));
  const words = run.kind === "command" ? [run.command] : [`./${name}`, ...run.args];
  return {
    build: build.kind === "go" ? goBuildLine(build.go) : masked(build.kind === "command" ? build.command : null),
    run: maskCommandLine(words).join(" "),
    test: masked(test),
    acceptance: masked(acceptance),
  };
}

/** One service a line: what it runs, what builds it, what tests it. */
export function formatServiceCommands(services: readonly ServiceSpec[]): string {
  const rows = services.map((service) => {
    const { build, run, test } = serviceCommands(service);
    const cells = [build === null ? "" : `built by ${build}`, test === null ? "" : `tested by ${test}`];
    return [service.name, `runs ${run}`, ...cells].map(printableWords);
  });
  return formatTable(rows);
}
