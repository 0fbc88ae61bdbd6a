/**
 * Completion scripts for bash, zsh and fish, generated from the table of options and the possible values.
 */
import { families, loadFamilies } from "../decode/families/registry.ts";
import { stateWords } from "../decode/kernel/tcp_states.ts";
import { ColumnNames } from "../query/column_choice.ts";
import { runFields } from "../query/run_fields.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { Completion, Option } from "../options/option.ts";
import { listNames, options, type Shell } from "../options/option_table.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { printText } from "./print.ts";

/** Prints the script for a shell. */
export async function printCompletion({ shell }: CommandOf<"completion">, print: Write): Promise<number> {
  printText(await completionScript(shell), print);
  return DONE;
}

/** Kinds of option values: words, a comma-separated list, a column with a direction, a file … */
type Values =
  | { readonly kind: "words" | "list" | "order"; readonly words: readonly string[] }
  | { readonly kind: "file" | "netns" | "unknown" };

/** The kind of value of each option that takes one, by long name. */
export async function optionValues(): Promise<ReadonlyMap<string, Values>> {
  const columns = new ColumnNames(await loadFamilies(families)).names;
  const completions: Readonly<Record<Completion, Values>> = {
    file: { kind: "file" },
    netns: { kind: "netns" },
    protocols: { kind: "list", words: listNames() },
    columns: { kind: "list", words: [...columns, ...runFields.keys()] },
    counted: { kind: "list", words: columns },
    order: { kind: "order", words: columns },
  };
  return new Map(
    options.filter(({ value }) => value !== undefined).map(({ long, choices, completes }) => [
      long,
      completes !== undefined
        ? completions[completes]
        : choices === undefined
        ? { kind: "unknown" }
        : { kind: "words", words: choices },
    ]),
  );
}

/** Words before the name of a state. */
const STATE_VERBS = ["state", "exclude"];

/** Words that can start a filter, besides field names. */
const FILTER_WORDS = [
  ...STATE_VERBS,
  "src",
  "dst",
  "local",
  "remote",
  "sport",
  "dport",
  "dev",
  "fwmark",
  "cgroup",
  "autobound",
  "exists",
  "not",
];

/** State names without the synonyms of `ss`. */
function stateNames(): readonly string[] {
  const seen = new Set<number>();
  return [...stateWords].flatMap(([word, states]) => {
    if (seen.has(states)) return [];
    seen.add(states);
    return [word];
  });
}

/** The script for a shell. */
export async function completionScript(shell: Shell): Promise<string> {
  const values = await optionValues();
  const taking = options.filter((option) => option.value !== undefined).map((option) => ({
    option,
    values: values.get(option.long)!,
  }));
  const { words } = values.get("count-by") as Values & { readonly kind: "list" };
  return { bash, zsh, fish }[shell](taking, words);
}

type Taking = readonly { readonly option: Option; readonly values: Values }[];

/** Names of an option as they are typed. */
const namesOf = ({ long, short }: Option): string[] => [...short === undefined ? [] : [`-${short}`], `--${long}`];

/** The `case` branch in bash for an option that takes a value. */
function bashCase({ option, values }: Taking[number]): string {
  // In combined short options the last one takes the value.
  const short = option.short === undefined ? "" : `-${option.short} | -[!-]*${option.short} | `;
  const words = "words" in values ? ` words="${values.words.join(" ")}"` : "";
  return `    ${short}--${option.long}) kind=${values.kind}${words} ;;`;
}

function bash(taking: Taking, fields: readonly string[]): string {
  return `# Completion of ss2 for bash: source <(ss2 --completion bash)
_ss2() {
  local line=\${COMP_LINE:0:COMP_POINT} option value kind=none words="" head="" word before
  value=\${line##*[[:space:]]}
  read -ra before <<<"\${line%"$value"}"
  option=\${before[\${#before[@]} - 1]}
  case $value in --*=*) option=\${value%%=*} value=\${value#*=} ;; esac
  case $option in
${taking.map(bashCase).join("\n")}
    ${STATE_VERBS.join(" | ")}) kind=words words="${stateNames().join(" ")}" ;;
  esac
  COMPREPLY=()
  case $kind in
    file)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$value")
      return
      ;;
    netns)
      words=all
      for word in /run/netns/*; do words+=" \${word##*/}"; done
      ;;
    list)
      compopt -o nospace
      head=\${value%"\${value##*,}"}
      case \${value#"$head"} in
        [+!]*) head=\${value:0:\${#head} + 1} ;;
        \\\\!*) head=\${value:0:\${#head} + 2} ;;
      esac
      ;;
    order)
      case $value in
        *:*) words="\${value%%:*}:asc \${value%%:*}:desc" ;;
        *) compopt -o nospace ;;
      esac
      ;;
    none)
      words="${FILTER_WORDS.join(" ")}"
      case $value in
        -*) words="${options.flatMap(namesOf).join(" ")}" ;;
        ?*) words+=" ${fields.join(" ")}" ;;
      esac
      ;;
  esac
  read -ra before <<<"$words"
  for word in "\${before[@]}"; do
    case $head$word in "$value"*) COMPREPLY+=("$head$word") ;; esac
  done
  # What stands before a colon is no part of the word for bash.
  case $COMP_WORDBREAKS$value in *:*:*) COMPREPLY=("\${COMPREPLY[@]#"\${value%"\${value##*:}"}"}") ;; esac
}
complete -F _ss2 ss2
`;
}

/** In single quotes for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function zsh(taking: Taking, fields: readonly string[]): string {
  const values = new Map(taking.map(({ option, values }) => [option.long, values]));
  const lists = taking.flatMap(({ option, values }) =>
    values.kind === "list" || values.kind === "order"
      ? [`  local -a ${zshName(option)}=(${values.words.map(quoted).join(" ")})\n`]
      : []
  );
  const lines = options.map((option) => {
    const { long, short, value, help } = option;
    const found = values.get(long);
    const optional = value?.startsWith("[") === true;
    const [one, all] = found === undefined || optional ? ["", ""] : ["+", "="];
    const text = `[${help.replaceAll(/[[\]\\]/g, "\\$&")}]`;
    const action = found === undefined || optional ? "" : `:${value}:${zshAction(option, found)}`;
    if (short === undefined) return quoted(`--${long}${all}${text}${action}`);
    return `${quoted(`(-${short} --${long})`)}{-${short}${one},--${long}${all}}${quoted(`${text}${action}`)}`;
  });
  return `#compdef ss2
# Completion of ss2 for zsh: source <(ss2 --completion zsh), or a file _ss2 in a directory of $fpath.
_ss2_list() {
  compset -P '*,'
  compset -P '[+!]'
  compadd -S '' -a $1
}
_ss2_order() {
  if compset -P '*:'; then compadd asc desc; else compadd -S '' -a $1; fi
}
_ss2_netns() {
  compadd all /run/netns/*(N:t)
}
_ss2_words() {
  case $words[CURRENT-1] in
    ${STATE_VERBS.join(" | ")}) compadd ${stateNames().join(" ")} ;;
    --fields) compadd ${families.map(({ option }) => option.long).join(" ")} ;;
    *)
      compadd ${FILTER_WORDS.join(" ")}
      [ -z "$PREFIX" ] || compadd ${fields.map(quoted).join(" ")}
      ;;
  esac
}
_ss2() {
${lists.join("")}  _arguments -s -S : \\
    ${lines.join(" \\\n    ")} \\
    '*: : _ss2_words'
}
if [ "$funcstack[1]" = _ss2 ]; then _ss2 "$@"; else compdef _ss2 ss2; fi
`;
}

/** Name of the array with the words of a list. */
const zshName = ({ long }: Option): string => `ss2_${long.replaceAll("-", "_")}`;

function zshAction(option: Option, values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "list":
    case "order":
      return ` _ss2_${values.kind} ${zshName(option)}`;
    case "file":
      return "_files";
    case "netns":
      return " _ss2_netns";
    case "unknown":
      return " ";
  }
}

function fish(taking: Taking, fields: readonly string[]): string {
  const values = new Map(taking.map(({ option, values }) => [option.long, values]));
  const lines = options.map((option) => {
    const { long, short, value, help } = option;
    const found = values.get(long);
    const action = found === undefined || value?.startsWith("[") === true ? "" : fishAction(found);
    return `complete -c ss2${short === undefined ? "" : ` -s ${short}`} -l ${long}${action} -d ${fishQuoted(help)}\n`;
  });
  return `# Completion of ss2 for fish: ss2 --completion fish | source
function __ss2_list
  set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
  set -l head (string match -r '^(?:.*,)?[+!]?' -- $typed)
  for word in $argv
    echo $head$word
  end
end
function __ss2_order
  set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
  if string match -q '*:*' -- $typed
    set -l name (string replace -r ':.*' '' -- $typed)
    echo $name:asc
    echo $name:desc
  else
    printf '%s\\n' $argv
  end
end
function __ss2_after
  contains -- (commandline -poc)[-1] $argv
end
complete -c ss2 -f
complete -c ss2 -n '__ss2_after ${STATE_VERBS.join(" ")}' -a '${stateNames().join(" ")}'
complete -c ss2 -n '__ss2_after --fields' -a '${families.map(({ option }) => option.long).join(" ")}'
complete -c ss2 -n 'not __ss2_after ${STATE_VERBS.join(" ")}' -a '${FILTER_WORDS.join(" ")}'
complete -c ss2 -n 'not __ss2_after ${STATE_VERBS.join(" ")}; and string length -q -- (commandline -ct)' -a '${
    fields.join(" ")
  }'
${lines.join("")}`;
}

/** In single quotes for fish, where a backslash escapes. */
const fishQuoted = (text: string): string => `'${text.replaceAll(/['\\]/g, "\\$&")}'`;

function fishAction(values: Values): string {
  switch (values.kind) {
    case "words":
      return ` -x -a ${fishQuoted(values.words.join(" "))}`;
    case "list":
    case "order":
      return ` -x -a ${fishQuoted(`(__ss2_${values.kind} ${values.words.map(fishWord).join(" ")})`)}`;
    case "file":
      return " -r -F";
    case "netns":
      return " -x -a '(echo all; path basename /run/netns/*)'";
    case "unknown":
      return " -x";
  }
}

/** A word of a list inside a command substitution. */
const fishWord = (word: string): string => /^[\w.:-]+$/.test(word) ? word : `"${word}"`;
