import type { Binding } from "./binding.ts";

/** Every key there is, in the order of the help. A key is here from the day it works. */
export const bindings = [
  { id: "start", context: "global", keys: ["s"], description: "start the service", hint: "start", needsService: true },
  { id: "stop", context: "global", keys: ["x"], description: "stop the service", hint: "stop", needsService: true },
  { id: "kill", context: "global", keys: ["X"], description: "stop it without grace (SIGKILL)", needsService: true },
  { id: "restart", context: "global", keys: ["r"], description: "restart", hint: "restart", needsService: true },
  {
    id: "rebuild",
    context: "global",
    keys: ["R"],
    description: "build, then restart",
    hint: "rebuild",
    needsService: true,
  },
  {
    id: "scale-up",
    context: "global",
    keys: ["+", "="],
    description: "one replica more",
    hint: "scale",
    hintKeys: "+/-",
    needsService: true,
  },
  { id: "scale-down", context: "global", keys: ["-"], description: "one replica less", needsService: true },

  { id: "select-down", context: "services", keys: ["j", "down"], description: "next service", needsService: true },
  { id: "select-up", context: "services", keys: ["k", "up"], description: "previous service", needsService: true },
  { id: "select-first", context: "services", keys: ["g", "home"], description: "first service", needsService: true },
  { id: "select-last", context: "services", keys: ["G", "end"], description: "last service", needsService: true },

  { id: "line-down", context: "logs", keys: ["j", "down"], description: "one row down", needsService: true },
  { id: "line-up", context: "logs", keys: ["k", "up"], description: "one row up", needsService: true },
  { id: "logs-first", context: "logs", keys: ["g", "home"], description: "oldest line", needsService: true },
  { id: "logs-last", context: "logs", keys: ["G", "end"], description: "newest line, and follow", needsService: true },

  { id: "tab-left", context: "global", keys: ["left"], description: "log tab to the left", needsService: true },
  {
    id: "tab-right",
    context: "global",
    keys: ["right"],
    description: "log tab to the right",
    hint: "log",
    hintKeys: "←/→",
    needsService: true,
  },
  {
    id: "page-up",
    context: "global",
    keys: ["pageup"],
    description: "log: one page back",
    hint: "scroll",
    hintKeys: "PgUp",
    needsService: true,
  },
  { id: "page-down", context: "global", keys: ["pagedown"], description: "log: one page on", needsService: true },
  { id: "half-page-up", context: "global", keys: ["ctrl-u"], description: "log: half a page back", needsService: true },
  { id: "half-page-down", context: "global", keys: ["ctrl-d"], description: "log: half a page on", needsService: true },
  {
    id: "follow",
    context: "global",
    keys: ["space"],
    description: "log: follow on or off",
    hint: "follow",
    needsService: true,
  },
  {
    id: "wrap",
    context: "global",
    keys: ["w"],
    description: "log: wrap long lines, or cut them",
    hint: "wrap",
    needsService: true,
  },
  { id: "times", context: "global", keys: ["t"], description: "log: time of each line on or off", needsService: true },

  { id: "next-pane", context: "global", keys: ["tab"], description: "next pane", hint: "pane", needsService: true },
  { id: "previous-pane", context: "global", keys: ["shift-tab"], description: "previous pane", needsService: true },
  {
    id: "zoom",
    context: "global",
    keys: ["z"],
    description: "the focused pane alone, and back",
    hint: "zoom",
    needsService: true,
  },
  { id: "back", context: "global", keys: ["esc"], description: "back: end the zoom, drop the message" },
  { id: "help", context: "global", keys: ["?"], description: "these keys", hint: "keys" },
  { id: "quit", context: "global", keys: ["q"], description: "quit; asks when something runs", hint: "quit" },
  { id: "interrupt", context: "global", keys: ["ctrl-c"], description: "quit and stop all; twice: kill all" },

  { id: "help-down", context: "help", keys: ["j", "down", "pagedown", "ctrl-d", "space"], description: "scroll down" },
  { id: "help-up", context: "help", keys: ["k", "up", "pageup", "ctrl-u"], description: "scroll up" },
  { id: "help-close", context: "help", keys: ["esc", "?", "q", "enter"], description: "close", hint: "close" },
  { id: "help-interrupt", context: "help", keys: ["ctrl-c"], description: "quit and stop all" },

  {
    id: "choice-next",
    context: "quit",
    keys: ["right", "down", "tab", "j", "l"],
    description: "next choice",
    hint: "choose",
    hintKeys: "←/→",
  },
  {
    id: "choice-previous",
    context: "quit",
    keys: ["left", "up", "shift-tab", "k", "h"],
    description: "previous choice",
  },
  { id: "choice-take", context: "quit", keys: ["enter"], description: "do it", hint: "do it" },
  { id: "choice-cancel", context: "quit", keys: ["esc", "q", "n"], description: "cancel", hint: "cancel" },
  { id: "choice-kill", context: "quit", keys: ["ctrl-c"], description: "kill all, now", hint: "kill all" },

  {
    id: "kill-all",
    context: "stopping",
    keys: ["ctrl-c", "X"],
    description: "kill what still runs, now",
    hint: "kill now",
  },
  {
    id: "leave-stopping",
    context: "stopping",
    keys: ["q"],
    description: "leave; the daemon goes on stopping",
    hint: "leave",
  },
] as const satisfies readonly Binding[];

/** Names what a key does, whatever the key. */
export type BindingId = (typeof bindings)[number]["id"];
