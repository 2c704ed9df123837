import { basename } from "node:path";

/** Programs that live in a service's folder, inherit its markers, and are never the service. */
const bystanders = new Set(
  [
    // Shells and what they live in.
    "bash zsh fish dash ksh mksh ash tcsh csh nu pwsh login su sudo tmux screen zellij script ssh sshd mosh-server",
    // Editors and their helpers.
    "vi vim nvim gvim emacs emacsclient nano micro hx helix kak ed code code-insiders codium cursor windsurf zed subl",
    "sublime_text idea goland webstorm pycharm clion rider fleet jetbrains-toolbox less more most man",
    // Language servers.
    "gopls rust-analyzer clangd pylsp pyright pyright-langserver jedi-language-server ruff ruff-lsp solargraph",
    "ruby-lsp jdtls metals tsserver typescript-language-server vtsls vue-language-server svelteserver eslint_d biome",
    "yaml-language-server bash-language-server lua-language-server terraform-ls copilot-agent",
    // What looks and does not serve.
    "git gitk tig lazygit grep rg find fd top htop btop watch tail cat strace ltrace perf",
  ]
    .join(" ")
    .split(" "),
);

/** Scripts that Node runs for an editor. */
const bystanderScripts = /(?:language-?server|langserver|tsserver|eslint_d|copilot|vscode)[^/]*(?:\.[cm]?js)?$/i;

/** Debuggers and tracers: what runs under one is somebody's work in progress. */
const tracers = new Set("dlv gdb gdbserver lldb lldb-server rr strace ltrace uftrace bpftrace".split(" "));

/** True for what is never taken for a service, whatever its folder or its markers say. */
export function isBystander(argv: readonly string[], executable: string | null): boolean {
  const [first = "", second = ""] = argv;
  const names = [basename(executable ?? ""), basename(first).replace(/^-/, "")];
  // A shell that runs a script may be how a service runs; one that waits for a person, or runs a line, is not.
  if (names.some(isShell)) return second === "" || second.startsWith("-");
  return names.some((name) => bystanders.has(name) || tracers.has(name)) || bystanderScripts.test(second);
}

/** True for a debugger or tracer. */
export function isTracer(argv: readonly string[], executable: string | null): boolean {
  return tracers.has(basename(executable ?? "")) || tracers.has(basename(argv[0] ?? ""));
}

const shells = new Set("sh bash zsh fish dash ksh mksh ash tcsh csh".split(" "));

function isShell(name: string): boolean {
  return shells.has(name);
}
