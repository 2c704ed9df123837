import type { Command } from "commander";
import type { TestKind } from "../../engine/tests/run-tests.ts";
import { addChanged, type ChangedOptions, changedRef } from "../changed/changed-option.ts";
import { addExamples, addJson, addOverrides, addSelection, durationOption, selectionOf } from "../options.ts";
import { runTestVerb } from "../test/run-test-verb.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 300_000;

interface TestOptions extends ChangedOptions {
  except?: string[];
  unit?: boolean;
  acceptance?: boolean;
  race?: boolean;
  watch?: boolean;
  env?: Record<string, string>;
  waitTimeout?: number;
  json?: boolean;
}

export const test: Verb = (command, context) => {
  addSelection(command)
    .option("--unit", "run the unit tests only (test:, for Go go test ./...); they need nothing that runs")
    .option("--acceptance", "run the acceptance tests only (acceptance:), against the running service")
    .option("--race", "run Go's tests with the race detector")
    .option("-w, --watch", "run the unit tests of a service again whenever its sources or tests change, until Ctrl-C")
    .option("--wait-timeout <duration>", "how long a start for acceptance tests may take, as 90s (5m)", durationOption);
  addChanged(command, "test");
  addJson(addOverrides(command), "print the outcome as JSON; what the tests write goes to standard error");
  addExamples(command, ["orchestra test", "orchestra test orders --unit --race", "orchestra test @core --acceptance"]);
  command.action(async (names: string[], options: TestOptions, self: Command) => {
    if (options.unit === true && options.acceptance === true) {
      self.error("--unit and --acceptance each leave the other out; without them both are run");
    }
    const misplaced = ["acceptance", "changed", "json"].find(
      (name) => options[name as keyof TestOptions] !== undefined,
    );
    if (options.watch === true && misplaced !== undefined) self.error(`--watch does not go with --${misplaced}`);
    context.exitCode = await runTestVerb(context, {
      select: selectionOf(names, options),
      kinds: kindsOf(options),
      changed: changedRef(options),
      race: options.race === true,
      watch: options.watch === true,
      overrides: options.env ?? {},
      timeoutMs: options.waitTimeout ?? defaultTimeoutMs,
      json: options.json === true,
    });
  });
};

function kindsOf({ unit, acceptance, watch }: TestOptions): TestKind[] {
  if (unit === true || watch === true) return ["unit"];
  return acceptance === true ? ["acceptance"] : ["unit", "acceptance"];
}
