import { randomUUID } from "node:crypto";
import { messageOf } from "../../lib/message-of.ts";
import type { EngineClient } from "../../model/client.ts";
import type { Command, CommandReply } from "../../model/command.ts";

/** What became of a command: the engine has taken it, or why it has not, as a person is told. */
type SendOutcome = Extract<CommandReply, { ok: true }> | { ok: false; message: string };

/**
 * Sends a command of the dashboard's. Never rejects. `callerEnv` goes with every verb, as from the command line: hooks need it, and a start
 * takes it over.
 */
export async function sendCommand(
  client: EngineClient,
  command: Command,
  callerEnv: Record<string, string>,
): Promise<SendOutcome> {
  try {
    const commandId = randomUUID();
    const reply = await client.send({ command, origin: "dashboard", callerEnv, lease: null, commandId });
    return reply.ok ? reply : { ok: false, message: withSuggestion(reply.error) };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

function withSuggestion(error: Extract<CommandReply, { ok: false }>["error"]): string {
  return error.kind === "unknown-name" && error.suggestion !== null
    ? `${error.message} (did you mean ${error.suggestion}?)`
    : error.message;
}
