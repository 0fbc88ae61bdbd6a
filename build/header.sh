#!/bin/sh
{ # All of it stands in braces, so that no shell runs the beginning of a file that lacks its end.

# ss2 @VERSION@ for @TARGET@ in one file: this header starts the program that follows it. At first use it unpacks the
# program into "$XDG_CACHE_HOME/ss2", else ~/.cache/ss2, else a directory that belongs to the user below "$TMPDIR", /tmp
# or /var/tmp.

# Without -p, bash takes functions and options from the environment. Only bash has a variable GROUPS that cannot be
# changed. In POSIX mode no function can replace exec.
POSIXLY_CORRECT=1 GROUPS=
case ${GROUPS:+$-} in '' | *p*) ;; *) exec "$BASH" -p -- "$0" "$@" ;; esac

# A command that the program runs for --leaks gets the variables that are there now.
unset SS2_ENVIRONMENT
case " $* " in *' --le'*) SS2_ENVIRONMENT=$(export -p) && export SS2_ENVIRONMENT ;; esac

# Commands come from the system's directories first. The user's directories count only if all of them are absolute. In
# dash a % marks a directory of functions.
case :${PATH:-/}: in *:[!/]* | *::* | *%*) PATH= ;; esac
PATH=/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}

fail() {
  printf 'ss2: %s\n' "$1" >&2
  exit 2
}

# Deno cannot start there.
[ "$PWD" -ef . ] || [ "$(pwd -P 2>&-)" ] || fail "the current directory is gone (change to another)"

# Keep only these environment variables. Others could change what Deno, the C library or the commands below do. This
# comes before the header's own variables, so that those are not exported. The last ones are shell variables that cannot
# be unset (BASH_XTRACEFD only by closing a descriptor); other programs ignore them.
set -f
IFS='
'
for line in $(export -p); do
  case $line in 'export '*) ;; *) continue ;; esac
  name=${line#export } name=${name%%=*}
  case $name in
    '' | [!A-Za-z_]* | *[!A-Za-z0-9_]*) ;;
    PATH | HOME | XDG_* | TMPDIR | TERM | COLUMNS | LINES | NO_COLOR | LANGUAGE | TZ | SSH_CONNECTION | SS2_*) ;;
    LANG | LC_*)
      # Deno crashes if the name of a locale is long.
      eval "value=\$$name"
      case $value in *[!A-Za-z0-9_.@-]*) unset "$name" ;; *) [ ${#value} -le 32 ] || unset "$name" ;; esac
      ;;
    LOCALDOMAIN | RES_OPTIONS | HOSTALIASES | RESOLV_*) ;;
    SHELLOPTS | BASHOPTS | BASH_VERSINFO | BASH_XTRACEFD | UID | EUID | PPID | GROUPS | OPTIND) ;;
    *) unset "$name" ;;
  esac
done

hash=@HASH@
# The files of the program and their sizes.
files='@FILES@'
newline='
'
unset IFS

# The program leaves no core file if it crashes.
ulimit -S -c 0

# Replace a closed descriptor by an unusable one. Otherwise Deno would open /dev/null there, and output would be lost
# without an error.
{ command : 3<&0; } 2>&- || exec 0>/dev/null
{ command : 3>&1; } 2>&- || exec 1</dev/null
command : 3>&2 || exec 2>/dev/null

# Whether only this user and root can change or replace the directory $1 and the files $3 and so on in it. This checks
# the owners and modes of all of them and of all parent directories, with one call of ls. A file that is gone does no
# harm: Deno makes and removes some. In a sticky directory users can rename only their own files. $2 is [01] if neither
# $1 nor its parent may be sticky or a link; it is empty for a directory in which another one is to be made.
trusted() {
  entry=$1 sealed=$2 path=$1 owners= linked= own= parent=
  shift 2
  extra=$#
  while [ -n "$path" ]; do
    set -- "$path" "$@"
    path=${path%/*}
  done
  left=$(($# - extra))
  IFS=$newline
  for line in $(LC_ALL=C ls -ldn -- / "$@" 2>&-); do
    unset IFS
    set -- $line
    case $left:$1 in
      -*:[-d]????-??-*) case $3 in 0 | "$own") ;; *) return 1 ;; esac ;;
      -*) return 1 ;;
      *:d????-??-*) ;;
      $sealed:*) return 1 ;;
      *:d????????[tT]*) ;;
      *:l*) linked=yes ;;
      *) return 1 ;;
    esac
    [ "$left" -lt 0 ] || owners="$owners $3" parent=$own own=$3
    left=$((left - 1))
  done
  unset IFS
  [ "$left" -lt 0 ] || return
  set -- $owners
  for owner; do
    # In a user namespace the owner of / may be unknown.
    case $owner in 0 | "$own" | "$1") ;; *) return 1 ;; esac
  done
  case $sealed:$own in *:0 | ":$1") ;; *) [ -O "$entry" ] || return ;; esac
  case $sealed:$parent in :* | *:0 | *:"$own") ;; *) return 1 ;; esac
  [ -n "$linked" ] || return 0
  case $sealed in '') path=$entry ;; *) path=${entry%/*/*} ;; esac
  real=$(CDPATH= cd -P -- "$path/" && pwd -P) || return
  trusted "$real${entry#"$path"}" "$sealed"
}

# The same for the entry $1 of the cache, its files $2 and so on, and the files that Deno stores there.
trusted_entry() {
  [ -d "$1/deno_dir" ] || return
  set +f
  set -- "$@" "$1"/deno_dir "$1"/deno_dir/*
  set -f
  entry=$1
  shift
  trusted "$entry" '[01]' "$@"
}

# Whether the program can be started from the directory $1. After a power failure files may be empty, and an empty deno
# would run as a shell script that does nothing.
ready() {
  [ -x "$1/deno" ] || return
  for file in $files deno; do
    [ -s "$1/${file%:*}" ] || return
    set -- "$@" "$1/${file%:*}"
  done
  trusted_entry "$@"
}

# How Deno is started. It caches compiled code in its directory: the second start takes half as long as the first.
options='run --quiet --no-prompt --allow-ffi --deny-import --no-config --no-lock --no-npm --no-remote'
options="$options --v8-flags=@V8_FLAGS@"
export DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1

# Where it may listen.
listen=

# Starts the program in the directory $2; $1 is exec to do so in place of this shell. The program reads its other scripts
# when it needs them: reading all of them first takes a millisecond. Deno takes a path with a comma for two. It
# also reads .npmrc in the home directory, and ends if it cannot. So HOME is a directory without one.
start() {
  how=$1 from=$2
  export HOME="$from"
  shift 2
  case $from in
    *,*) set -- "$from/@FIRST@" "$@" ;;
    *) set -- --unstable-lazy-dynamic-imports "--allow-read=$from" "$from/@FIRST@" "$@" ;;
  esac
  case $listen in
    '' | *,*) ;;
    unix:*) set -- "--allow-net=$listen" "--allow-read=${listen#unix:}" "--allow-write=${listen#unix:}" "$@" ;;
    *) set -- "--allow-net=$listen" "$@" ;;
  esac
  $how "$from/deno" $options "$@"
}

cache=${XDG_CACHE_HOME:-}
case $cache in /*) ;; *) cache=${HOME:+$HOME/.cache} ;; esac
program=$cache/ss2/$hash

ready "$program" || {
  # Calls $1 with each possible directory until it succeeds, and sets $program to that directory.
  first() {
    for root in ${cache:+"$cache/ss2"} "$temporary" "/var/tmp/${temporary##*/}"; do
      program=$root/$hash
      case $root in *[[:cntrl:]]* | [!/]*) ;; *) "$1" "$program" && return ;; esac
    done
    return 1
  }

  # Unpacks into the directory $1, or prints why it cannot.
  unpack() {
    umask 077
    LC_ALL=C
    export LC_ALL
    # Directories are made only where they are safe. Those that stay empty are removed.
    kept=$1 new=
    while [ ! -e "$kept" ] && [ ! -L "$kept" ]; do kept=${kept%/*}; done
    trusted "${kept:-/}" '' || { echo "others may write there" && exit 1; }
    made=$1
    trap '
      [ -z "$new" ] || rm -rf -- "$new"
      while [ "$made" != "$kept" ] && rmdir -- "$made" 2>&-; do made=${made%/*}; done' EXIT
    trap 'exit 1' HUP INT TERM
    mkdir -p -- "$1" || exit
    trusted "$1" '[01]' || { echo "others may write there" && exit 1; }
    new=$(mktemp -d "$1/new.XXXXXX") || exit
    tail -c +@PROGRAM_AT@ -- "$0" | head -c @PROGRAM_SIZE@ | gzip -dc >"$new/program" || exit
    tail -c +@DENO_AT@ -- "$0" | gzip -dc >"$new/deno" || exit
    at=1
    for file in $files; do
      # One by one, to notice if another first run removes these files.
      tail -c +$at -- "$new/program" >"$new/rest" && head -c "${file#*:}" -- "$new/rest" >"$new/${file%:*}" || exit
      at=$((at + ${file#*:}))
    done
    if [ "$(command -v sha256sum)" ]; then
      for file in $files deno; do cat -- "$new/${file%:*}"; done | sha256sum >"$new/sum"
      read -r sum rest <"$new/sum"
      [ "$sum" = $hash ] || { echo "what came out is not what was packed" && exit 1; }
    fi
    chmod 700 "$new/deno" "$new/probe"
    "$new/deno" --version >"$new/sum"
    case $? in
      0) ;;
      126) echo "programs may not run there" && exit 1 ;;
      *) echo "cannot start here: needs glibc @GLIBC@ or later" && exit 1 ;;
    esac
    mkdir -- "$1/deno_dir" 2>&- || trusted_entry "$1" || {
      rm -rf -- "$1/deno_dir"
      mkdir -- "$1/deno_dir" || exit
    }
    # The scripts come first: if deno is there, everything is there. Files that another run has put there stay, because
    # they may be in use: Deno does not run a script whose modification time has changed since it was read. So files are
    # linked, which never replaces one. They are moved only if the file there is empty or writable by others, or if
    # links are not possible.
    for file in $files deno; do
      from=$new/${file%:*} to=$1/${file%:*}
      [ -s "$to" ] || ln -- "$from" "$to" 2>&- || :
      [ -s "$to" ] && trusted "$1" '[01]' "$to" || mv -f -- "$from" "$to" || exit
    done
    # Nobody else may write the files that Deno makes at its first start, whatever the user's umask is.
    export DENO_DIR="$1/deno_dir"
    start '' "$1" --version >"$new/sum" 2>&1
    set +f
    rm -rf -- "$1"/new.*
  }

  try() {
    # Another run may have been quicker and have removed what this one had begun.
    reason=$(unpack "$1" 2>&1)
    ready "$1" && return
    reason=${reason##*"$newline"}
    # Every directory has this problem.
    case $reason in "cannot start here: "*) fail "$reason" ;; esac
    reasons="$reasons${reasons:+; }\"${1%/*}\": ${reason##*": "}"
    return 1
  }

  temporary=${TMPDIR:-/tmp}/ss2-$(id -u)
  first ready || {
    [ -r "$0" ] || fail "cannot read \"$0\", to unpack the program"
    [ "$(wc -c <"$0")" -eq @SIZE@ ] || fail "\"$0\" is damaged: it has not the @SIZE@ bytes that were packed (copy it again)"
    [ "$(command -v gzip)" ] || fail "needs gzip at first use, to unpack the program"
    # Do not make a missing home directory.
    [ "$cache" != "${HOME:-}/.cache" ] || [ -d "$HOME" ] || cache=
    reasons=
    first try || fail "cannot unpack the program: $reasons (set XDG_CACHE_HOME to a directory of yours with room where programs may run)"
  }
}
export DENO_DIR="$program/deno_dir"

# Says why Deno may be unable to start with these limits: address space, data, stack, open files, threads.
doubt() {
  unset IFS
  why= hopeless=
  case $1$2 in *[0-9]*) why=", the address space is limited (ulimit -v, -d)" ;; esac
  [ "$3" = unlimited ] || [ "$3" -ge 1024 ] || why="$why, the stack is small (ulimit -s)"
  [ "$4" = unlimited ] || [ "$4" -ge 128 ] || why="$why, few files may be open (ulimit -n)"
  # With so few, one start may work and the next may fail.
  [ "$4" = unlimited ] || [ "$4" -ge 32 ] || hopeless=1
  [ "$5" = unlimited ] || [ "$5" -ge 1024 ] || why="$why, few threads may be started (ulimit -u)"
  "$program/probe" || why="$why, memory may not be both written and executed (MemoryDenyWriteExecute=)"
  read -r used free most </proc/sys/fs/file-nr && [ $((most - used)) -lt 1024 ] &&
    why="$why, too many files are open on this machine (fs.file-max)"
  while IFS=: read -r id kind group; do
    case $kind in '') group=/sys/fs/cgroup$group ;; pids) group=/sys/fs/cgroup/pids$group ;; *) continue ;; esac
    while [ "$group" != /sys/fs/cgroup ]; do
      read -r most <"$group/pids.max" && [ "$most" != max ] && read -r used <"$group/pids.current" &&
        [ $((most - used)) -lt 64 ] && why="$why, few threads may be started (pids.max)"
      group=${group%/*}
    done
  done </proc/self/cgroup
  [ "$why" ]
}

# If Deno cannot start, it ends with a signal or with a status that would look like a result of the program. So in case
# of doubt try it first. (The limit of threads is -p in dash, which stops at -u, and -u in other shells; in bash -p is
# something else.)
! doubt $({ ulimit -v; ulimit -d; ulimit -s; ulimit -n; [ "$GROUPS" ] || ulimit -p; ulimit -u; } 2>&-) 2>&- || {
  [ ! "$hopeless" ] && said=$(start '' "$program" --version 2>&1) || fail "cannot start here: ${why#, }"
}
# Only a run with --serve may listen, and only at its address. The program refuses what Deno does not take for one.
for word; do
  case $word in
    --) break ;;
    --se | --ser | --serv | --serve) listen=127.0.0.1:9732 ;;
    --se=* | --ser=* | --serv=* | --serve=*) listen=${word#*=} ;;
  esac
done
[ ! "$listen" ] || start '' "$program" --version >/dev/null 2>&1 || listen=
start exec "$program" "$@"
}
