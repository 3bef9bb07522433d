import { withLocal, type CommandInfo } from './command-table.ts'

/** The shells that have a completion script. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** In quotes of fish a backslash escapes too. */
const fishQuoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
/** What every shell takes as it is: they expand the values that they offer, and clients write what a value may be. */
const isPlainWord = (word: string): boolean => /^[\w.:/@%+,=-]+$/.test(word)
const flagWords = ({ flags }: CommandInfo): readonly string[] => [
  '--help',
  ...flags.flatMap(({ name, char }) => [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]),
]

/** The words that may follow words, for each beginning of a command. */
function children(table: readonly CommandInfo[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const { words } of table) {
    for (let length = 0; length < words.length; length++) {
      const key = words.slice(0, length).join(' ')
      const next = words[length]
      if (next !== undefined) found.set(key, (found.get(key) ?? new Set<string>()).add(next))
    }
  }
  return new Map([...found].map(([key, next]) => [key, [...next].toSorted()]))
}

/** Commands whose first argument is a connection. */
const takesConnection = ({ words, arguments: names }: CommandInfo): boolean =>
  words[0] === 'client' && words[1] !== 'add' && ['NAME', 'CONNECTION'].includes(names[0]?.name ?? '')

/** bash, and zsh through its bashcompinit: one function that knows every command, its flags and their values. */
function bashFunction(table: readonly CommandInfo[]): string {
  const nexts = [...children(table)].map(([key, next]) => `    ${single(key)}) subs=${single(next.join(' '))} ;;`)
  const flags = table.map(
    command =>
      `    ${single(command.words.join(' '))}) flags=${single(flagWords(command).join(' '))}${takesConnection(command) ? ' names=1' : ''} ;;`,
  )
  const valued = table.flatMap(({ words, flags: own }) =>
    own
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ name, values, connections }) =>
          `    ${single(`${words.join(' ')} --${name}`)}) ${connections ? 'values="$(fairlead complete 2>/dev/null)"' : values.length > 0 ? `values=${single(values.join(' '))}` : 'files=1'} ;;`,
      ),
  )
  return `_fairlead() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd="" word i subs="" flags="" names="" values="" files=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) break ;; esac
    case "\${cmd:+$cmd }$word" in
      ${[...new Set(table.flatMap(({ words }) => words.map((_, index) => words.slice(0, index + 1).join(' '))))].map(single).join(' | ')}) cmd="\${cmd:+$cmd }$word" ;;
      *) break ;;
    esac
  done
  case "$cmd" in
${nexts.join('\n')}
  esac
  case "$cmd" in
${flags.join('\n')}
  esac
  case "$cmd $prev" in
${valued.join('\n')}
  esac
  COMPREPLY=()
  if [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$cur")); return; fi
  if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "\${flags:---help --version}" -- "$cur")); return ;;
  esac
  if [ -n "$names" ]; then COMPREPLY=($(compgen -W "$(fairlead complete 2>/dev/null)" -- "$cur")); return; fi
  COMPREPLY=($(compgen -W "$subs" -- "$cur"))
  if [ -n "$flags" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
`
}

function fish(table: readonly CommandInfo[]): string {
  const lines = [
    'complete -c fairlead -e',
    'function __fairlead_at',
    '  set -l words (commandline -opc)',
    '  set -e words[1]',
    '  set -l typed (string match -v -- "-*" $words)',
    '  set -l depth (count $argv)',
    '  test (count $typed) -ge $depth; or return 1',
    '  test "$typed[1..$depth]" = "$argv"',
    'end',
    'function __fairlead_exactly',
    '  set -l words (commandline -opc)',
    '  test "$words[2..-1]" = "$argv"',
    'end',
  ]
  for (const [key, next] of children(table)) {
    for (const word of next) {
      const command = table.find(({ words }) => words.join(' ') === `${key} ${word}`.trim())
      lines.push(
        `complete -c fairlead -n ${fishQuoted(`__fairlead_exactly ${key}`.trim())} -a ${fishQuoted(word)} -d ${fishQuoted(command?.summary ?? '')}`,
      )
    }
  }
  for (const command of table) {
    const condition = fishQuoted(`__fairlead_at ${command.words.join(' ')}`)
    for (const { name, char, summary, takesValue, values, connections } of command.flags) {
      const value = !takesValue
        ? ''
        : connections
          ? " -x -a '(fairlead complete 2>/dev/null)'"
          : values.length > 0
            ? ` -x -a ${fishQuoted(values.join(' '))}`
            : ' -r'
      lines.push(
        `complete -c fairlead -n ${condition} -l ${name}${char === undefined ? '' : ` -s ${char}`} -d ${fishQuoted(summary)}${value}`,
      )
    }
    if (takesConnection(command)) lines.push(`complete -c fairlead -n ${condition} -f -a '(fairlead complete 2>/dev/null)'`)
  }
  return `${lines.join('\n')}\n`
}

function powershell(table: readonly CommandInfo[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const array = (words: readonly string[]): string => `@(${words.map(quote).join(', ')})`
  const entries = (map: Iterable<readonly [string, readonly string[]]>): string =>
    [...map].map(([key, words]) => `    ${quote(key)} = ${array(words)}`).join('\n')
  const connections = table.flatMap(command =>
    command.flags.filter(flag => flag.connections).map(flag => `${command.words.join(' ')} --${flag.name}`),
  )
  const valued = table.flatMap(command =>
    command.flags
      .filter(({ values }) => values.length > 0)
      .map(flag => [`${command.words.join(' ')} --${flag.name}`, flag.values] as const),
  )
  return `Register-ArgumentCompleter -Native -CommandName fairlead -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $next = @{
${entries(children(table))}
  }
  $flags = @{
${entries(table.map(command => [command.words.join(' '), flagWords(command)] as const))}
  }
  $values = @{
${entries(valued)}
  }
  $connections = ${array(connections)}
  $names = ${array(table.filter(takesConnection).map(({ words }) => words.join(' ')))}
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() } | Where-Object { $_ -ne $wordToComplete -or $wordToComplete -eq '' })
  $command = ''
  foreach ($word in $typed) {
    $longer = ("$command $word").Trim()
    if ($next.ContainsKey($longer) -or $flags.ContainsKey($longer)) { $command = $longer } else { break }
  }
  $flag = ("$command " + ($typed | Select-Object -Last 1)).Trim()
  if ($connections -contains $flag) { $found = fairlead complete }
  elseif ($values.ContainsKey($flag)) { $found = $values[$flag] }
  elseif ($wordToComplete -like '-*') { $found = $flags[$command] }
  elseif ($names -contains $command) { $found = fairlead complete }
  else { $found = $next[$command] }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`
}

/** A completion script. Names of connections are asked of the hidden command `fairlead complete`. */
export function completionScript(shell: (typeof shells)[number], commands: readonly CommandInfo[]): string {
  const table = withLocal(commands).map(command => ({
    ...command,
    flags: command.flags.map(flag => ({ ...flag, values: flag.values.filter(isPlainWord) })),
  }))
  switch (shell) {
    case 'bash':
      return `# Completion of fairlead for bash.\n${bashFunction(table)}complete -F _fairlead fairlead\n`
    case 'zsh':
      return `#compdef fairlead\n# Completion of fairlead for zsh, by way of its bash emulation.\nautoload -Uz bashcompinit && bashcompinit\n${bashFunction(table)}complete -o default -F _fairlead fairlead\n`
    case 'fish':
      return `# Completion of fairlead for fish.\n${fish(table)}`
    case 'powershell':
      return `# Completion of fairlead for PowerShell.\n${powershell(table)}`
  }
}
