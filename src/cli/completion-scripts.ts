/** The shells that there is a completion script for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/*
 * Each asks `orchestra completion candidates` for the words that the one under the cursor can become: one a line, after a
 * tab what it means. It asks the very program that is in the line, and the one on PATH where that is an alias. What the
 * shell would unquote is unquoted before: a name may stand in quotes, and some shells escape the `#` and `~` in ours.
 *
 * Bash breaks words at `=`, which is a part of ours (`api=ready`), and replaces only what is after the last one. (It breaks
 * them at `@` too, and then takes that for a part of the word.) For zsh a bare `~` begins the name of a user, so there
 * `~web` has to be quoted, and is completed where it is.
 */
const scripts: Record<Shell, string> = {
  bash: `# Completion of orchestra for bash: source <(orchestra completion bash)
_orchestra() {
  local line="\${COMP_LINE:0:COMP_POINT}" program value rest breaks cut current
  local -a words
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  words=("\${words[@]//[\\"\\'\\\\]/}")
  current="\${words[\${#words[@]}-1]}"
  program="\${words[0]/#\\~/$HOME}"
  type -P "$program" > /dev/null || program=orchestra
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    if [ "$value" = ":files" ]; then
      type compopt > /dev/null 2>&1 && compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$current")
      return
    fi
    COMPREPLY+=("$value")
  done < <("$program" completion candidates -- "\${words[@]:1}" 2> /dev/null)
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
  local -a lines values described shown expl
  local line value description tab=$'\\t' program="\${(Q)words[1]/#\\~\\//$HOME/}"
  whence -p -- $program > /dev/null || program=orchestra
  lines=("\${(@f)$($program completion candidates -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)}")
  for line in "\${(@)lines}"; do
    [[ -z $line ]] && continue
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    value="\${line%%\${tab}*}"
    description="\${line#*\${tab}}"
    values+=("$value")
    described+=("\${value//:/\\\\:}\${description:+:$description}")
  done
  zformat -a shown ' -- ' "\${(@)described}"
  _wanted -V candidates expl candidate compadd -l -d shown -a values
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
    set -l program $words[1]
    command -q $program; or set program orchestra
    set -e words[1]
    set -l current (commandline -ct | string replace -r '^["\\']' '' | string unescape)
    test -n "$current"; or set current ''
    for line in (command $program completion candidates -- $words $current 2> /dev/null)
        if test "$line" = ':files'
            __fish_complete_path $current
            return
        end
        echo $line
    end
end
complete -c orchestra -f -k -a '(__orchestra_complete)'
`,
};

/** A script that makes a shell complete the program's verbs, options and names. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
