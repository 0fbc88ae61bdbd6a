#!/bin/sh
{ # All of it stands in braces, so that no shell runs the beginning of a file that lacks its end.

# ss2 @VERSION@ for @TARGET@ in one file: this header starts the program that is packed behind it.
# At first use it unpacks that into "$XDG_CACHE_HOME/ss2", else ~/.cache/ss2, else a directory of the user's own below
# "$TMPDIR", /tmp or /var/tmp.

hash=@HASH@
# The scripts of the program, each with its size.
scripts='@SCRIPTS@'
PATH=/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}

fail() {
  printf 'ss2: %s\n' "$1" >&2
  exit 2
}

# Deno cannot start there.
[ "$PWD" -ef . ] || [ "$(pwd -P 2>&-)" ] || fail "the current directory is gone (change to another)"

# Whether nobody but this user and root can have written in the directory $1, or can put another one in its place: by the
# modes of all directories that lead to it (in a sticky one each can rename only his own), by their owners, and as neither
# it nor the one above it is a link. All of that takes one call of ls.
trusted() {
  entry=$1 path=$1 owners= linked= own=
  set --
  while [ -n "$path" ]; do
    set -- "$path" "$@"
    path=${path%/*}
  done
  left=$#
  while read -r mode links owner rest; do
    case $left:$mode in
      *:d????-??-*) ;;
      [01]:*) return 1 ;;
      *:d????????[tT]*) ;;
      *:l*) linked=yes ;;
      *) return 1 ;;
    esac
    owners="$owners $owner" root=$own own=$owner
    left=$((left - 1))
  done <<END
$(LC_ALL=C ls -ldn -- / "$@" 2>&-)
END
  [ "$left" = -1 ] && { [ "$own" = 0 ] || [ -O "$entry" ]; } && { [ "$root" = 0 ] || [ "$root" = "$own" ]; } || return
  set -- $owners
  for owner; do
    # In a user namespace the owner of / may be one whom it does not know.
    case $owner in 0 | "$own" | "$1") ;; *) return 1 ;; esac
  done
  [ -n "$linked" ] || return 0
  path=${entry%/*/*}
  trusted "$(CDPATH= cd -P -- "$path" && pwd -P)${entry#"$path"}"
}

# Whether the program can be started from the directory $1. Files that were there when the machine lost its power may be
# empty, and an empty deno would be a shell script that does nothing.
ready() {
  [ -x "$1/deno" ] && [ -s "$1/deno" ] || return
  for script in $scripts; do [ -s "$1/${script%:*}" ] || return; done
  trusted "$1"
}

cache=${XDG_CACHE_HOME:-}
case $cache in /*) ;; *) cache=${HOME:+$HOME/.cache} ;; esac
program=$cache/ss2/$hash

ready "$program" || {
  # Calls $1 with each directory that may serve, until it succeeds; that one is $program then.
  first() {
    for root in ${cache:+"$cache/ss2"} "$temporary" "/var/tmp/${temporary##*/}"; do
      program=$root/$hash
      case $root in *[[:cntrl:]]* | [!/]*) ;; *) "$1" "$program" && return ;; esac
    done
    return 1
  }

  # Unpacks into the directory $1; if it cannot, it prints why.
  unpack() {
    umask 077
    LC_ALL=C
    export LC_ALL
    mkdir -p -- "$1" && new=$(mktemp -d "$1/new.XXXXXX") || exit
    # What was made and stays empty goes too.
    made=$1
    trap 'rm -rf -- "$new"; rmdir -- "$made" "${made%/*}" 2>&-' EXIT
    trap 'exit 1' HUP INT TERM
    trusted "$1" || { echo "others may write there" && exit 1; }
    tail -c +@PROGRAM_AT@ -- "$0" | head -c @PROGRAM_SIZE@ | gzip -dc >"$new/program" || exit
    tail -c +@DENO_AT@ -- "$0" | gzip -dc >"$new/deno" || exit
    at=1
    for script in $scripts; do
      # One by one, so that it is noticed if another first use takes the files of this one away.
      tail -c +$at -- "$new/program" >"$new/rest" && head -c "${script#*:}" -- "$new/rest" >"$new/${script%:*}" || exit
      at=$((at + ${script#*:}))
    done
    if [ "$(command -v sha256sum)" ]; then
      for script in $scripts deno; do cat -- "$new/${script%:*}"; done | sha256sum >"$new/sum"
      read -r sum rest <"$new/sum"
      [ "$sum" = $hash ] || { echo "what came out is not what was packed" && exit 1; }
    fi
    chmod 700 "$new/deno"
    "$new/deno" --version >"$new/sum"
    case $? in
      0) ;;
      126) echo "programs may not run there" && exit 1 ;;
      *) echo "cannot start here: needs glibc @GLIBC@ or later" && exit 1 ;;
    esac
    # The scripts first: where there is a deno there is all of it. What another one has put there stays, for it may be
    # used already, and Deno does not run a script that has another time of modification than when it was read. So they
    # are linked, which never replaces; a move is for a file that is empty, and for where nothing can be linked.
    for script in $scripts deno; do
      from=$new/${script%:*} to=$1/${script%:*}
      [ -s "$to" ] || ln -- "$from" "$to" 2>&- || [ -s "$to" ] || mv -f -- "$from" "$to" || exit
    done
    rm -rf -- "$1"/new.*
  }

  try() {
    # Another one may have been quicker, and taken away what this one had begun.
    { reason=$(unpack "$1" 2>&1) || ready "$1"; } && return
    reason=${reason##*"$newline"}
    # That is so everywhere.
    case $reason in "cannot start here: "*) fail "$reason" ;; esac
    reasons="$reasons${reasons:+; }\"${1%/*}\": ${reason##*": "}"
    return 1
  }

  temporary=${TMPDIR:-/tmp}/ss2-$(id -u)
  first ready || {
    [ -r "$0" ] || fail "cannot read \"$0\", to unpack the program"
    [ "$(wc -c <"$0")" -eq @SIZE@ ] || fail "\"$0\" is damaged: it has not the @SIZE@ bytes that were packed (copy it again)"
    [ "$(command -v gzip)" ] || fail "needs gzip at first use, to unpack the program"
    # No home is made for who has none.
    [ "$cache" != "${HOME:-}/.cache" ] || [ -d "$HOME" ] || cache=
    reasons= newline="
"
    first try || fail "cannot unpack the program: $reasons (set XDG_CACHE_HOME to a directory of yours with room where programs may run)"
  }
}

# Nothing of the environment may change how the program runs, connect it to anything or have it write files.
unset NODE_OPTIONS NODE_V8_COVERAGE NODE_DEBUG OTEL_DENO DENO_V8_FLAGS DENO_COVERAGE_DIR DENO_AUDIT_PERMISSIONS \
  DENO_TRACE_PERMISSIONS DENO_LOG RUST_LOG
# There Deno keeps what it has compiled: the second start takes half the time of the first.
export DENO_DIR="$program/deno_dir" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
exec "$program/deno" run --quiet --no-prompt --allow-ffi --no-config --no-lock --no-npm --no-remote \
  --v8-flags=--no-lazy,--no-sparkplug,--min-semi-space-size=2 "$program/@FIRST@" "$@"
}
