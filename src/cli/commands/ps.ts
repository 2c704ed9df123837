import { exitCodes } from "../../lib/exit-codes.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleetToRead } from "../open-fleet.ts";
import { addExamples, addJson } from "../options.ts";
import type { Verb } from "../verb.ts";

export const ps: Verb = (command, context) => {
  addJson(command, "print it as JSON, in a shape that stays");
  addExamples(command, ["orchestra ps", "orchestra ps --json | jq '.services[].replicas[].phase'"]);
  command.action(async (options: { json?: boolean }) => {
    context.exitCode = await showFleet(context, options.json === true);
  });
};

/** Prints the fleet as it is; starts nothing. */
export async function showFleet(context: CliContext, json: boolean): Promise<number> {
  const { root, running } = await openFleetToRead(context);
  if (running === null) {
    const { showWithoutDaemon } = await import("../ps-without-daemon.ts");
    return showWithoutDaemon(context, root, json);
  }
  const { client, snapshot } = running;
  try {
    if (json) {
      const { toPsJson } = await import("../output/ps-json.ts");
      context.stdout.write(`${JSON.stringify(toPsJson(snapshot))}\n`);
    } else {
      const { formatPs } = await import("../output/ps-table.ts");
      context.stdout.write(formatPs(snapshot, context.clock.now(), context.stdout));
    }
    return exitCodes.ok;
  } finally {
    await client.close();
  }
}
