import { type Command, Option } from "commander";
import { type PullPolicy, pullPolicies } from "../model/container.ts";

/** What `--pull` and `--in-containers` come to. */
export interface ContainerOptions {
  pull?: PullPolicy;
  inContainers?: boolean;
}

/** Adds `--pull`. */
export function addPull(command: Command, prefix = ""): Command {
  return command.addOption(
    new Option("--pull <when>", `${prefix}when images are fetched (else as the config says)`).choices([
      ...pullPolicies,
    ]),
  );
}

/** Adds `--in-containers`. */
export function addInContainers(command: Command, prefix = ""): Command {
  return command.option("--in-containers", `${prefix}run services in containers made of their binaries, until down`);
}

/** What of a start they change; nothing where they were not given. */
export function containerTerms({ pull, inContainers }: ContainerOptions): ContainerOptions {
  return { ...(pull !== undefined && { pull }), ...(inContainers !== undefined && { inContainers }) };
}
