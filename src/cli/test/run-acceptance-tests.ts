import type { ServiceSpec } from "../../model/service.ts";
import type { CliContext } from "../cli-context.ts";
import type { EndRequest } from "../headless/end-request.ts";
import { openFleet } from "../open-fleet.ts";
import type { Output } from "../output/output.ts";
import { TestBed } from "./test-bed.ts";
import type { TestResult } from "./test-result.ts";
import type { TestRunner } from "./test-runner.ts";

export interface AcceptanceOptions {
  overrides: Record<string, string>;
  timeoutMs: number;
  end: EndRequest;
  output: Output;
}

/** What became of acceptance tests. */
export interface AcceptanceEnd {
  results: TestResult[];
  /** All that was started for them is gone again. */
  isTakenDown: boolean;
  /** The daemon died under them. */
  isLost: boolean;
}

/**
 * Runs the acceptance tests of services one after another, each against the running service with all that it depends on,
 * and stops in the end what it had to start. What they share stays up from one to the next.
 */
export async function runAcceptanceTests(
  context: CliContext,
  runner: TestRunner,
  services: readonly ServiceSpec[],
  options: AcceptanceOptions,
): Promise<AcceptanceEnd> {
  const { end } = options;
  const fleet = await openFleet(context);
  const bed = new TestBed(context, fleet, options);
  const results: TestResult[] = [];
  let isTakenDown = false;
  try {
    try {
      for (const service of services) results.push(await testOne(bed, runner, service, end));
    } finally {
      isTakenDown = await bed.takeDown();
    }
  } finally {
    await bed.close();
  }
  const isLost = bed.lost.aborted;
  // Nobody else uses it: it ends by itself once the lease is over. Where somebody does, it stays.
  if (fleet.startedDaemon && !isLost) await context.daemons.waitUntilGone(fleet.root, 1000);
  return { results, isTakenDown, isLost };
}

async function testOne(bed: TestBed, runner: TestRunner, service: ServiceSpec, end: EndRequest): Promise<TestResult> {
  const of = { service: service.name, kind: "acceptance", log: null } as const;
  const signal = AbortSignal.any([end.told, bed.lost]);
  if (signal.aborted) return { ...of, outcome: { status: "interrupted" } };
  const brought = await bed.bringUp(service.name);
  switch (brought.kind) {
    case "up":
      return await runner.runTests(service, "acceptance", signal);
    case "ended":
      return { ...of, outcome: { status: "interrupted" } };
    case "failed": {
      const { failure, report, timedOut } = brought;
      return { ...of, outcome: { status: "blocked", failure, report, timedOut } };
    }
  }
}
