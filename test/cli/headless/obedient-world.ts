import type { Cause } from "../../../src/model/cause.ts";
import type { ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";
import { CliWorld } from "../cli-world.ts";

const cause: Cause = { kind: "user", verb: "start", origin: "headless" };

/** A service with one replica that was never started. */
export function idleService(name: string, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return sampleService(name, {
    wanted: "stopped",
    replicas: [sampleReplica(name, 1, { state: { phase: "stopped" }, generation: 0, cause })],
    ...change,
  });
}

/** A world in which the engine does what is asked at once: a start ends in `starting`, a stop in `stopped`. */
export function obedientWorld(services: ServiceSnapshot[], files?: Record<string, string>): CliWorld {
  const world = new CliWorld(sampleFleet(services), files === undefined ? {} : { files });
  world.client.reply = ({ command }) => {
    const units =
      command.kind === "stop" || command.kind === "kill" ? command.select.names : services.map((s) => s.name);
    for (const name of units) {
      const service = world.client.state.services.find((s) => s.name === name);
      if (command.kind === "start" && service?.wanted === "stopped") {
        world.client.emit({ kind: "wantedChanged", service: name, wanted: "running", scale: 1, cause });
        world.change(`${name}#1`, { state: { phase: "starting", pid: 7 }, generation: 1 });
      }
      if (command.kind === "stop") {
        world.client.emit({ kind: "wantedChanged", service: name, wanted: "stopped", scale: 1, cause });
        world.change(`${name}#1`, {
          state: { phase: "stopped" },
          cause: { kind: "user", verb: "stop", origin: "headless" },
        });
      }
    }
    return world.accepted(units.map((name) => `${name}#1`));
  };
  return world;
}

/** Says that the first replicas of these services are ready. */
export function makeReady(world: CliWorld, ...names: string[]): void {
  for (const name of names) world.change(`${name}#1`, { state: { phase: "ready", pid: 7 } });
}
