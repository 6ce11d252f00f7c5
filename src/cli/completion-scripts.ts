/** What a shell may offer. All of it is ours: nothing in it needs quoting. */
export interface Completions {
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly options: readonly string[];
  }[];
  readonly providers: readonly string[];
  readonly roots: readonly string[];
  readonly codes: readonly string[];
  /** What the first argument of `snippet` may be. */
  readonly clients: readonly string[];
}

const ROOT_COMMANDS = ['install', 'verify', 'remove', 'catalog', 'export', 'script'];

/** Scripts that hold all words themselves, so that no program starts at the press of a key. */
export const SHELLS: ReadonlyMap<string, (completions: Completions) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

function bash({ commands, providers, roots, codes, clients }: Completions): string {
  return `# bash completion for pg-root-cert
_pg_root_cert() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} words
  case $command in
${commands.map(({ name, options }) => `    ${name}) words="${options.map((each) => `--${each}`).join(' ')}" ;;`).join('\n')}
    *) words="${options(commands, 'install')} --version" ;;
  esac
  if [[ $cur != -* ]]; then
    words=
    if [[ $COMP_CWORD -eq 1 ]]; then
      words="${commands.map(({ name }) => name).join(' ')}"
    else
      case $command in
        ${ROOT_COMMANDS.join('|')}) words="${[...providers, ...roots].join(' ')}" ;;
        rotate) words="${providers.join(' ')}" ;;
        explain) words="${codes.join(' ')}" ;;
        snippet) if [[ $COMP_CWORD -eq 2 ]]; then words="${clients.join(' ')}"; fi ;;
        completion) words="bash zsh fish" ;;
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _pg_root_cert pg-root-cert
`;
}

function zsh({ commands, providers, roots, codes, clients }: Completions): string {
  return `#compdef pg-root-cert
# zsh completion for pg-root-cert
_pg_root_cert() {
  local -a commands providers roots codes clients
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${summary.replaceAll("'", "'\\''")}'`).join('\n')}
  )
  providers=(${providers.join(' ')})
  roots=(${roots.join(' ')})
  codes=(${codes.join(' ')})
  clients=(${clients.join(' ')})
  if [[ $words[CURRENT] == -* ]]; then
    case $words[2] in
${commands.map(({ name, options }) => `      ${name}) compadd -- ${options.map((each) => `--${each}`).join(' ')} ;;`).join('\n')}
      *) compadd -- ${options(commands, 'install')} --version ;;
    esac
  elif (( CURRENT == 2 )); then
    _describe command commands
  else
    case $words[2] in
      ${ROOT_COMMANDS.join('|')}) compadd -- $providers $roots; _files ;;
      rotate) compadd -- $providers ;;
      scan) _files ;;
      explain) compadd -- $codes ;;
      snippet) if (( CURRENT == 3 )); then compadd -- $clients; fi ;;
      completion) compadd -- bash zsh fish ;;
    esac
  fi
}
compdef _pg_root_cert pg-root-cert
`;
}

function fish({ commands, providers, roots, codes, clients }: Completions): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c pg-root-cert -f -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ...options.map((each) => `complete -c pg-root-cert -n '__fish_seen_subcommand_from ${name}' -l ${each}`),
  ]);
  return `# fish completion for pg-root-cert
${lines.join('\n')}
complete -c pg-root-cert -n '__fish_seen_subcommand_from ${ROOT_COMMANDS.join(' ')}' -a '${[...providers, ...roots].join(' ')}'
complete -c pg-root-cert -f -n '__fish_seen_subcommand_from rotate' -a '${providers.join(' ')}'
complete -c pg-root-cert -f -n '__fish_seen_subcommand_from explain' -a '${codes.join(' ')}'
complete -c pg-root-cert -f -n '__fish_seen_subcommand_from snippet' -a '${clients.join(' ')}'
complete -c pg-root-cert -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
`;
}

function options(commands: Completions['commands'], name: string): string {
  return (commands.find((command) => command.name === name)?.options ?? [])
    .map((each) => `--${each}`)
    .join(' ');
}
