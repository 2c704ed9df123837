import type { StrayAction } from "./command.ts";
import type { Stray, StrayStanding } from "./stray.ts";

/** One thing that speaks of what a stray is. Command lines are in the texts, escape sequences too. */
export interface StrayFact {
  /** One short word, fit for a column. */
  about: string;
  text: string;
  /** It bears on what may be done with the stray. */
  isWarning: boolean;
}

/** What is done about a stray, in a few words. */
export const standingWords: Readonly<Record<StrayStanding, string>> = {
  asked: "waits for you",
  ignored: "left alone",
  stopping: "stopping",
};

/** What has been done to it once an action is carried out: `stopped`, and then what it was done to. */
export const doneWords: Readonly<Record<StrayAction, string>> = {
  stop: "stopped",
  adopt: "adopted",
  ignore: "left alone",
};

/** All that is known of a stray but its title, age, service and standing, what matters most first. */
export function strayFacts(stray: Stray): StrayFact[] {
  const { command, container, cwd, executable, parent, ports, pids, evidence, tracer, isForeignUser } = stray;
  const fact = (about: string, text: string, isWarning = false): StrayFact => ({ about, text, isWarning });
  const [program = ""] = command.split(" ");
  const others = pids.filter((pid) => pid !== stray.pid);
  const origin =
    container === null
      ? [
          ...(executable === null || executable === program ? [] : [fact("program", executable)]),
          fact("folder", cwd ?? "cannot be seen"),
          fact("parent", parent === null ? "gone: it is an orphan" : `${parent.command} (pid ${parent.pid})`),
        ]
      : [
          fact("image", container.image),
          fact("container", container.id.slice(0, 12)),
          ...(stray.pid === 0 ? [] : [fact("process", `pid ${stray.pid}`)]),
        ];
  return [
    fact("command", command),
    ...origin,
    ...evidence.map((clause, index) => fact(index === 0 ? "why" : "", clause)),
    ...(ports.length === 0 ? [] : [fact("listens", ports.join(", "))]),
    ...(others.length === 0 ? [] : [fact("also", `pid ${others.join(", ")}`)]),
    ...(tracer === null
      ? []
      : [fact("debugger", `${tracer.command} (pid ${tracer.pid}), so it is stopped only when told to`, true)]),
    ...(isForeignUser ? [fact("user", "another one's: it can be neither stopped nor adopted", true)] : []),
  ];
}

/** Why an action cannot be carried out, as the rest of a sentence about the stray; null where it can. */
export function whyNot({ isForeignUser, container }: Stray, action: StrayAction): string | null {
  if (action === "adopt" && container !== null && container.obstacle !== null) return container.obstacle;
  return isForeignUser && action !== "ignore" ? "belongs to another user: it can be neither stopped nor adopted" : null;
}
