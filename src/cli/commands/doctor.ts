import { addExamples, addJson } from "../options.ts";
import type { Verb } from "../verb.ts";

export const doctor: Verb = (command, context) => {
  addJson(command, "print the checks as JSON");
  addExamples(command, ["orchestra doctor", "orchestra doctor --json | jq '.checks[] | select(.level != \"ok\")'"]);
  command.addHelpText(
    "after",
    "\nIt starts nothing and changes nothing; it exits with 1 where something is in the way of the fleet.",
  );
  command.action(async (options: { json?: boolean }) => {
    const { runDoctor } = await import("../doctor/run-doctor.ts");
    context.exitCode = await runDoctor(context, options.json === true);
  });
};
