import { exitCodes } from "../../lib/exit-codes.ts";
import { hasErrors } from "../../model/diagnostic.ts";
import { counted } from "../../ui/text/amount.ts";
import { locateFleet } from "../open-fleet.ts";
import { addExamples, addJson } from "../options.ts";
import { listNames } from "../output/list-names.ts";
import type { Verb } from "../verb.ts";

export const check: Verb = (command, context) => {
  addJson(command, "print the diagnostics, and how each service is built, run and tested, as JSON");
  addExamples(command, ["orchestra check"]);
  command.action(async (options: { json?: boolean }) => {
    const root = await locateFleet(context);
    const { loadFleet } = await import("../../config/load-fleet.ts");
    const { spec, diagnostics: ofFleet } = loadFleet(root);
    const { readUserSettings } = await import("../user-settings.ts");
    const diagnostics = [...ofFleet, ...(await readUserSettings(context.env)).diagnostics];
    const isBroken = spec === null || hasErrors(diagnostics);
    context.exitCode = isBroken ? exitCodes.usage : exitCodes.ok;
    const services = spec?.services ?? [];
    const { formatServiceCommands, serviceCommands } = await import("../output/service-commands.ts");
    if (options.json === true) {
      const commands = Object.fromEntries(services.map((service) => [service.name, serviceCommands(service)]));
      const names = services.map((service) => service.name);
      const vendors = spec?.vendors.map((vendor) => vendor.name) ?? [];
      context.stdout.write(
        `${JSON.stringify({ root, ok: !isBroken, services: names, vendors, commands, diagnostics })}\n`,
      );
      return;
    }
    if (diagnostics.length > 0) {
      const { formatDiagnostics } = await import("../output/diagnostics.ts");
      context.stdout.write(`${formatDiagnostics(diagnostics, { root, color: context.stdout.hasColor }).trimEnd()}\n`);
    }
    if (spec === null || isBroken) return;
    if (services.length + spec.vendors.length === 0) {
      const { nothingToRun } = await import("../open-fleet.ts");
      throw nothingToRun(root);
    }
    if (services.length > 0) context.stdout.write(formatServiceCommands(services));
    const vendors = spec.vendors.length === 0 ? "" : ` and ${counted(spec.vendors.length, "vendor")}`;
    const names = [...services, ...spec.vendors].map((s) => s.name);
    context.stderr.write(
      `${spec.name}: ${counted(services.length, "service")}${vendors}, no mistake found (${listNames(names)})\n`,
    );
  });
};
