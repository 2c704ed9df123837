import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addWaitTimeout } from "../options.ts";
import { parseScale } from "../parse-scale.ts";
import { runCommand } from "../run-command.ts";
import { scaleTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

interface ScaleOptions {
  wait: boolean;
  waitTimeout?: number;
  json?: boolean;
}

export const scale: Verb = (command, context) => {
  command
    .argument("<change...>", "name=3, or name +1, name -1, name 3; several name=N at once")
    .option("--no-wait", "return once the change is under way");
  addWaitTimeout(command, "60s");
  addJson(command, "print the outcome as JSON, one line a service");
  addExamples(command, ["orchestra scale worker=3", "orchestra scale worker +1"]);
  command.action(async (words: string[], options: ScaleOptions) => {
    const changes = parseScale(words);
    if (changes === null) {
      throw new Abort(exitCodes.usage, `"${words.join(" ")}" says no scale`, "write worker=3, or worker +1");
    }
    const codes: number[] = [];
    for (const { service, change } of changes) {
      const fleet = await openFleet(context);
      const code = await runCommand(context, fleet, {
        command: { kind: "scale", service, change },
        targets: (reply, baseline) => (options.wait ? scaleTargets(reply.units, baseline, service, change) : []),
        limit: { kind: "total", ms: options.waitTimeout ?? 60_000 },
        summary: (_reply, { baseline }, tookMs) => {
          const before = baseline.services.find((s) => s.name === service)?.scale ?? 0;
          const after = "to" in change ? change.to : Math.max(0, before + change.by);
          if (before === after) return `${service} has ${after} already`;
          return `scaled ${service} from ${before} to ${after} in ${formatDuration(tookMs)}`;
        },
        onInterrupted: "the change goes on",
        json: options.json === true,
      });
      codes.push(code);
    }
    context.exitCode = codes.find((code) => code !== exitCodes.ok) ?? exitCodes.ok;
  });
};
