import type { QuitChoice } from "../../state/quit-choice.ts";

/** What each choice comes to. */
export const quitExplanations: Record<QuitChoice, string> = {
  "stop-all": "Stops every service and the daemon.",
  "leave-running": "Closes this screen; the services go on.",
  cancel: "Back to the dashboard.",
};
