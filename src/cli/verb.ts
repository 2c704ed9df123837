import type { Command } from "commander";
import type { CliContext } from "./cli-context.ts";

/**
 * What a verb's module exports: it adds the verb's arguments, options and examples to `command`, and an action that
 * sets `context.exitCode`.
 */
export type Verb = (command: Command, context: CliContext) => void;
