import { expect, test } from "vitest";
import { describeEvent } from "../../../src/cli/output/describe-event.ts";
import { formatPs } from "../../../src/cli/output/ps-table.ts";
import type { StampedEvent } from "../../../src/model/event.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";

test.each([
  [true, "running"],
  [false, "starting"],
])("what is at work and a oneshot (%s) is %s, in events and in ps", (oneshot, word) => {
  const replica = sampleReplica("job", 1, { state: { phase: "starting", pid: 1 } });
  const before = sampleFleet([
    sampleService("job", { oneshot, replicas: [sampleReplica("job", 1, { state: { phase: "stopped" } })] }),
  ]);
  const event: StampedEvent = { revision: 2, at: 0, event: { kind: "replicaChanged", from: "stopped", replica } };
  expect(describeEvent(event, before)?.text).toMatch(new RegExp(`^${word} `));
  const after = sampleFleet([sampleService("job", { oneshot, replicas: [replica] })]);
  expect(formatPs(after, 0, { hasColor: false })).toMatch(new RegExp(`^job#1 +${word} `, "m"));
});
