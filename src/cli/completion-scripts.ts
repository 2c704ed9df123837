/** The shells that there is a completion script for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/*
 * Each asks `orchestra completion candidates` for the words that the one under the cursor can become: one a line, after a
 * tab what it means. Bash breaks words at `=`, which is a part of ours (`api=ready`), and replaces only what is after the
 * last one. (It breaks them at `@` too, and then takes that for a part of the word.)
 */
const scripts: Record<Shell, string> = {
  bash: `# Completion of orchestra for bash: source <(orchestra completion bash)
_orchestra() {
  local line="\${COMP_LINE:0:COMP_POINT}" value rest breaks cut current
  local -a words
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    if [ "$value" = ":files" ]; then
      type compopt > /dev/null 2>&1 && compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$current")
      return
    fi
    COMPREPLY+=("$value")
  done < <("\${words[0]/#\\~/$HOME}" completion candidates -- "\${words[@]:1}" 2> /dev/null)
  breaks="\${COMP_WORDBREAKS//[!=:]/}"
  if [ -n "$breaks" ]; then
    cut="\${current%"\${current##*[$breaks]}"}"
    COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
  fi
}
complete -F _orchestra orchestra
`,
  zsh: `#compdef orchestra
# Completion of orchestra for zsh: source <(orchestra completion zsh), or as _orchestra in a folder of $fpath
_orchestra() {
  local -a lines described
  local line value tab=$'\\t'
  lines=("\${(@f)$("\${(Q)words[1]}" completion candidates -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  for line in "\${(@)lines}"; do
    [[ -z $line ]] && continue
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    value="\${line%%\${tab}*}"
    described+=("\${value//:/\\\\:}:\${line#*\${tab}}")
  done
  _describe 'orchestra' described
}
if [[ $funcstack[1] == _orchestra ]]; then
  _orchestra "$@"
else
  compdef _orchestra orchestra
fi
`,
  fish: `# Completion of orchestra for fish: orchestra completion fish | source
function __orchestra_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    test -n "$current"; or set current ''
    for line in (command orchestra completion candidates -- $words $current 2> /dev/null)
        if test "$line" = ':files'
            __fish_complete_path $current
            return
        end
        echo $line
    end
end
complete -c orchestra -f -a '(__orchestra_complete)'
`,
};

/** A script that makes a shell complete the program's verbs, options and names. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
