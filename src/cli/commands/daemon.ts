import type { Command } from "commander";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet } from "../open-fleet.ts";
import { addExamples, addJson, countOption } from "../options.ts";
import type { Verb } from "../verb.ts";

export const daemon: Verb = (command, context) => {
  addExamples(command, ["orchestra daemon status", "orchestra daemon logs -f"]);
  const status = sub(command, "status", "show whether a daemon runs, and which");
  addJson(status, "print it as JSON");
  addExamples(status, ["orchestra daemon status --json"]);
  status.action(async (options: { json?: boolean }) => {
    context.exitCode = await showStatus(context, options.json === true);
  });

  const stop = sub(command, "stop", "stop everything that runs, then the daemon");
  addExamples(stop, ["orchestra daemon stop"]);
  stop.action(async () => {
    const root = await locateFleet(context);
    const { endDaemon } = await import("../../daemon/daemon-control.ts");
    const wasThere = await endDaemon(root, "stop");
    context.stderr.write(wasThere ? "the fleet is down, and the daemon has ended\n" : `no daemon runs for ${root}\n`);
    context.exitCode = exitCodes.ok;
  });

  const restart = sub(command, "restart", "replace the daemon by one of this version; services keep running");
  addExamples(restart, ["orchestra daemon restart"]);
  restart.action(async () => {
    const root = await locateFleet(context);
    const { endDaemon } = await import("../../daemon/daemon-control.ts");
    const wasThere = await endDaemon(root, "release");
    const { client } = await context.daemons.ensure(root);
    const { daemon: now } = await client.snapshot();
    await client.close();
    context.stderr.write(
      `${wasThere ? "replaced the daemon" : "started a daemon"}: pid ${now.pid}, version ${now.version}\n`,
    );
    context.exitCode = exitCodes.ok;
  });

  const logs = sub(command, "logs", "show the daemon's own messages")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --tail <lines>", "only the last lines", countOption);
  addExamples(logs, ["orchestra daemon logs -f"]);
  logs.action(async (options: { follow?: boolean; tail?: number }) => {
    const root = await locateFleet(context);
    const { showDaemonLog } = await import("../daemon-log.ts");
    context.exitCode = await showDaemonLog(context, root, {
      follows: options.follow === true,
      tail: options.tail ?? null,
    });
  });
};

function sub(command: Command, name: string, summary: string): Command {
  const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return command.command(name).summary(summary).description(description).helpOption("-h, --help", "show this help");
}

async function showStatus(context: CliContext, json: boolean): Promise<number> {
  const root = await locateFleet(context);
  const { daemonStatus } = await import("../../daemon/daemon-status.ts");
  const status = await daemonStatus(root);
  if (json) context.stdout.write(`${JSON.stringify(status)}\n`);
  switch (status.kind) {
    case "notRunning":
      if (!json) context.stdout.write(`no daemon runs for ${root}\n`);
      return exitCodes.ok;
    case "running": {
      const memory = `${Math.round(status.rssBytes / 1_000_000)} MB`;
      const other = status.isSameVersion
        ? ""
        : "\nit is of another version than this program; replace it: orchestra daemon restart";
      if (!json) {
        context.stdout.write(
          `pid ${status.pid}, version ${status.version}, up ${formatDuration(status.uptimeMs)}, ${memory}\nfleet ${status.root}\nsocket ${status.socket}${other}\n`,
        );
      }
      return exitCodes.ok;
    }
    case "silent": {
      if (json) return exitCodes.unreachable;
      const who = status.pid === null ? "something" : `the daemon (pid ${status.pid})`;
      throw new Abort(
        exitCodes.unreachable,
        `${who} listens on ${status.socket} and does not answer: ${status.reason}`,
      );
    }
  }
}
