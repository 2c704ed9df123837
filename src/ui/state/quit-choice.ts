/** How to leave while something runs. */
export type QuitChoice = "stop-all" | "leave-running" | "cancel";

export const quitChoices: QuitChoice[] = ["stop-all", "leave-running", "cancel"];

export const quitChoiceLabels: Record<QuitChoice, string> = {
  "stop-all": "Stop all",
  "leave-running": "Leave running",
  cancel: "Cancel",
};
