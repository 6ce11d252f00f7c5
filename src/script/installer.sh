#!/bin/sh
# Puts root certificates where libpq, the library under psql, looks for them: ~/.postgresql/root.crt.
# Written by pg-root-cert @VERSION@ for machines without Node.js. The certificates are in this file, each
# with its SHA-256; nothing is downloaded. What is in root.crt stays, and is backed up first.
#
#   sh install.sh [--file PATH] [--replace] [--dry-run] [--quiet]
#
# Exit codes: 0 done, or already so; 2 wrong usage; 4 refused; 5 the file system.
set -eu +fC
export LC_ALL=C
# What is made here is never writable by others, not even for a moment.
umask go-w
newline='
'
cr=$(printf '\r')

# id, SHA-256, first and last day of validity (UTC), name
roots() {
  cat <<'END'
@ROOTS@
END
}

# What root.crt gets for a root.
text_of() {
  case $1 in
@TEXTS@
  esac
}

usage() {
  printf 'usage: sh install.sh [--file PATH] [--replace] [--dry-run] [--quiet]\n\n'
  printf '  --file PATH  another file than ~/.postgresql/root.crt, for sslrootcert= in one connection\n'
  printf '  --replace    drop what is there, after backing it up\n'
  printf '  --dry-run    say what would be done, and do nothing\n'
  printf '  --quiet      print errors only\n\nThe roots in it:\n'
  roots | while read -r id sha256 _ until name; do
    printf '  %s: %s, until %s\n      SHA-256 %s\n' "$id" "$name" "$until" "$sha256"
  done
}

# fail EXIT-STATUS CODE FACT HELP…
fail() {
  printf 'error[%s]: %s\n' "$2" "$3" >&2
  status=$1
  shift 3
  for line; do printf '  help: %s\n' "$line" >&2; done
  exit "$status"
}
say() { [ -n "$quiet" ] || printf '%s\n' "$1"; }
note() { [ -n "$quiet" ] || printf '%s\n' "$1" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# ---- the certificates in this file ---------------------------------------------------------------

base64_of() { text_of "$1" | sed '/^[#-]/d' | tr -d '\n'; }

# The SHA-256 of a root's bytes; nothing where this machine has no program for it.
sha256_of() {
  if has openssl; then
    printed=$(text_of "$1" | openssl x509 -noout -fingerprint -sha256 2>/dev/null) || printed='=unreadable'
    printf %s "${printed#*=}" | tr -d : | tr A-F a-f
  elif has base64 && has sha256sum; then
    base64_of "$1" | base64 -d | sha256sum | cut -c1-64
  elif has base64 && has shasum; then
    base64_of "$1" | base64 -d | shasum -a 256 | cut -c1-64
  fi
}

check_roots() {
  today=$(date -u +%Y-%m-%d | tr -d -)
  roots | while read -r id sha256 from until name; do
    found=$(sha256_of "$id")
    [ -z "$found" ] || [ "$found" = "$sha256" ] ||
      fail 4 fingerprint-mismatch "this file was changed: \"$name\" has SHA-256 $found, not $sha256"
    [ "$today" -le "$(printf %s "$until" | tr -d -)" ] ||
      fail 4 root-expired "\"$name\" expired on $until" 'get a newer copy of this file'
    [ "$today" -ge "$(printf %s "$from" | tr -d -)" ] ||
      fail 4 root-not-yet-valid "\"$name\" is valid from $from on" 'check the clock: date'
  done
}

# ---- the path ------------------------------------------------------------------------------------

passwd_home() {
  if has getent; then
    getent passwd "$me" | cut -d: -f6
  else
    awk -F: -v me="$me" '$3 == me { print $6; exit }' /etc/passwd
  fi
}

# True where others may add or replace entries of a folder of this mode and group. Not counted: a
# sticky folder, root's group, a group that is the user's alone, and the administrators' on macOS.
others_may_write() {
  case $1 in
    d????????[tT]*) return 1 ;;
    d???????w*) return 0 ;;
    d????w*) ;;
    *) return 1 ;;
  esac
  [ "$2" != 0 ] && { [ "$2" != "$me" ] || [ "$2" != "$(id -g)" ]; } &&
    { [ "$2" != 80 ] || [ "$(uname)" != Darwin ]; }
}

# Sets $mode, $owner and $group of an entry.
look_at() {
  # shellcheck disable=SC2012 # the columns before the name are wanted
  facts=$(ls -ldn "$1" | awk 'NR == 1 { print $1, $3, $4 }')
  mode=${facts%% *} group=${facts##* } owner=${facts% *} owner=${owner#* }
}

# Refuses what another user could change.
judge() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  look_at "$1"
  [ "$owner" = 0 ] || [ "$owner" = "$me" ] ||
    fail 5 unsafe-path "$1 belongs to another user" \
      'run this as that user, without sudo' "or see who owns it: ls -ld $1"
  if [ "$1" != "$own_folder" ] && others_may_write "$mode" "$group"; then
    fail 5 unsafe-path "other users can write to the folder $1" "take that right away: chmod go-w $1"
  fi
}

# Follows a path from the root down, links too. Sets $real.
walk() {
  links=0 real='' rest=$1
  judge /
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    case $part in
      '' | .) continue ;;
      ..) real=${real%/*} && continue ;;
    esac
    judge "$real/$part"
    if [ ! -L "$real/$part" ]; then
      real=$real/$part
      continue
    fi
    links=$((links + 1))
    [ "$links" -le 40 ] || fail 5 wrong-file-kind "the symbolic links of $1 go in circles" 'mend the links'
    target=$(readlink "$real/$part")
    case $target in /*) real='' ;; esac
    rest=$target/$rest
  done
}

# ---- what is there -------------------------------------------------------------------------------

# A filter that takes away what hides certificates: a byte order mark, and CRs alone as line ends.
readable() {
  awk 'NR == 1 { sub(/^\357\273\277/, "") }
    { match($0, /\r*$/); end = substr($0, RSTART); $0 = substr($0, 1, RSTART - 1)
      if (/\r/ && /-----/) gsub(/\r/, "\n")
      printf "%s%s\n", $0, end }'
}

# A filter from root.crt to the base64 of its certificates, one a line. It fails, with the reason in the
# last line, for all that some OpenSSL might not read: it is stricter than OpenSSL, never laxer.
certificates_in() {
  awk -v openssl="$(has openssl && echo 1)" '
    function bad(why) { print why " (line " NR ")"; failed = 1; exit 1 }
    function value(at) { return index(DIGITS, substr(data, at, 1)) - 1 }
    # DER says how long it is: 30 82, then two bytes.
    function is_whole(   says, has) {
      has = length(data) / 4 * 3 - (data ~ /==$/ ? 2 : data ~ /=$/ ? 1 : 0)
      says = 4 + (value(3) % 4 * 64 + value(4)) * 256 + value(5) * 4 + int(value(6) / 16)
      return data ~ /^MI[I-L][A-Za-z0-9+\/]*=?=?$/ && length(data) % 4 == 0 && says == has
    }
    BEGIN { DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" }
    length($0) > 200 && (label != "" || /-----(BEGIN|END)/) { bad("a line is too long") }
    { sub(/[ \t\r]+$/, "") }
    /^-----BEGIN [A-Z0-9 ]+-----$/ && label == "" {
      label = substr($0, 12, length($0) - 16); data = ""
      is_certificate = label == "CERTIFICATE" || label == "X509 CERTIFICATE"
      if (!is_certificate && !openssl) bad("only openssl, which is not here, could judge " label)
      next
    }
    label != "" && $0 == "-----END " label "-----" {
      if (is_certificate && !is_whole()) bad("a certificate is damaged")
      if (is_certificate) print data
      if (is_certificate || label ~ /^(X509 CRL|TRUSTED CERTIFICATE)$/) loaded = 1
      text = 1; label = ""; next
    }
    /-----(BEGIN|END)/ { bad("bad end line") }
    label != "" && is_certificate {
      if (!/^[ \t]*[A-Za-z0-9+\/ \t]+=*$/) bad("bad base64 decode")
      gsub(/[ \t]/, ""); data = data $0; next
    }
    label == "" && !/^[ \t]*(#.*)?$/ { text = 1 }
    END {
      if (failed) exit 1
      if (label != "") bad("bad end line")
      if (text && !loaded) bad("no certificate or crl found")
    }'
}

unparsable() {
  fail 4 root-crt-unparsable "libpq may not read $file: $1" 'look at the file and mend it' \
    'or drop all that it holds, keeping a backup: --replace'
}

# Sets $present (the file as it is), $text (as it may be kept) and $there (its certificates).
read_present() {
  present='' text='' there=''
  [ -e "$real" ] || return 0
  [ ! -d "$real" ] || fail 5 wrong-file-kind "$real is a folder" 'move it away'
  [ -f "$real" ] || fail 5 wrong-file-kind "$real is not a regular file" 'move it away'
  [ -r "$real" ] || fail 5 permission-denied "could not read $real" "see who owns it: ls -l $real"
  bytes=$(($(wc -c <"$real")))
  [ "$bytes" -le 16777216 ] || fail 5 file-too-large "$real is larger than any root.crt"
  # A shell's variables hold no NUL and drop line ends at the end: hence the dot.
  if [ "$(tr -d '\000' <"$real" | wc -c)" -eq "$bytes" ]; then
    present=$(cat "$real" && printf .) && present=${present%.}
    case $present in
      '' | *"$newline") text=$(printf %s "$present" | readable && printf .) && text=${text%.} ;;
      *) text=$(printf %s "$present" | readable) ;;
    esac
    if there=$(printf '%s\n' "$text" | certificates_in); then return 0; fi
  else
    there='it holds NUL bytes'
  fi
  [ -n "$replace" ] || unparsable "${there##*"$newline"}"
  text='' there=''
}

# Sets $next, what the file is to hold, and $added, a line for each root that comes to it.
merge() {
  next=$text added=''
  wanted=$(roots | while read -r id _; do base64_of "$id" && echo; done)
  if [ -n "$replace" ] && [ "$(printf '%s\n' "$there" | sort -u)" != "$(printf '%s\n' "$wanted" | sort -u)" ]; then
    next='' there=''
  fi
  ending=''
  line_ends=$(($(printf %s "$next" | tr -dc '\n' | wc -c)))
  if [ "$line_ends" -gt 0 ] && [ "$(printf %s "$next" | grep -c "$cr\$")" -eq "$line_ends" ]; then ending=$cr; fi
  case $next in '' | *"$newline") ;; *) next=$next$ending$newline ;; esac
  for id in $(roots | cut -d' ' -f1); do
    if printf '%s\n' "$there" | grep -qxF "$(base64_of "$id")"; then continue; fi
    block=$(text_of "$id" | sed "s/\$/$ending/")
    next=$next$block$newline
    added=$added$(roots | while read -r each sha256 _ until name; do
      [ "$each" != "$id" ] || printf '  + %s, valid until %s\n      SHA-256 %s\n' "$name" "$until" "$sha256"
    done)$newline
  done
  if [ -n "$added" ] && has openssl &&
    ! printf %s "$next" | openssl crl2pkcs7 -nocrl -certfile /dev/stdin >/dev/null 2>&1; then
    unparsable 'openssl does not'
  fi
}

# ---- the change ----------------------------------------------------------------------------------

clean_up() {
  for leftover in "$temporary" "$lock"; do [ -z "$leftover" ] || rm -f "$leftover"; done
  [ -z "$made_folder" ] || rmdir "$made_folder" 2>/dev/null || :
}

is_alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }

# One run at a time. The lock of a run that was killed is moved aside by whoever finds it first.
take_lock() {
  wanted=$folder/.root-cert-sh.lock
  tries=0
  until (set -C && : >"$wanted") 2>/dev/null; do
    tries=$((tries + 1))
    [ -e "$wanted" ] || [ "$tries" -le 3 ] ||
      fail 5 io-error "could not write to $folder" 'nothing was changed' "see who owns it: ls -ld $folder"
    [ "$tries" -le 20 ] ||
      fail 5 lock-timeout "another run is at work on $folder" "if there is none: rm $wanted"
    holder=$(cat "$wanted" 2>/dev/null) || holder=''
    if [ -n "$holder" ] && ! is_alive "$holder"; then
      if mv "$wanted" "$wanted.$$" 2>/dev/null; then
        # It may be another's by now: then it goes back.
        if [ "$(cat "$wanted.$$")" = "$holder" ]; then rm -f "$wanted.$$"; else mv "$wanted.$$" "$wanted"; fi
      fi
    elif [ -e "$wanted" ]; then
      sleep 1
    fi
  done
  lock=$wanted
  echo "$$" >"$lock" || fail 5 io-error "could not write to $folder" 'nothing was changed' 'check the space on the disk'
}

make_folder() {
  [ ! -d "$folder" ] || return 0
  [ -n "$own_folder" ] || fail 5 folder-missing "$folder is not there" 'create the folder'
  [ -d "${folder%/*}" ] || fail 5 folder-missing "${folder%/*} is not there" 'create the folder'
  if mkdir -m 700 "$folder" 2>/dev/null; then
    made_folder=$folder
  elif [ ! -d "$folder" ]; then
    fail 5 permission-denied "could not create $folder" "see who owns what is above it: ls -ld ${folder%/*}"
  fi
}

# Makes a file that was not there. In a folder like /tmp another user may have put a link in its place.
make_file() {
  [ ! -e "$1" ] && [ ! -L "$1" ] && (set -C && : >"$1") 2>/dev/null && [ -f "$1" ] && [ ! -L "$1" ] &&
    look_at "$1" && [ "$owner" = "$me" ]
}

# False where somebody has changed the file since it was read.
is_unchanged() {
  if [ -z "$existed" ]; then
    [ ! -e "$real" ] && [ ! -L "$real" ]
  elif [ -n "$present" ]; then
    printf %s "$present" | cmp -s - "$real"
  else
    cmp -s "$backup" "$real"
  fi
}

# The new bytes go beside the file and take its place at one stroke.
replace_file() {
  backup=''
  rm -f "$folder"/.root-cert-sh-*.tmp || :
  make_file "$folder/.root-cert-sh-$$.tmp" ||
    fail 5 io-error "could not write to $folder" 'nothing was changed' "see what is there: ls -la $folder"
  temporary=$folder/.root-cert-sh-$$.tmp
  if [ -e "$real" ]; then
    backup=$real.$(date -u +%Y%m%dT%H%M%SZ).$$.bak
    make_file "$backup" ||
      fail 5 io-error "could not back up to $backup" 'nothing was changed' "see what is there: ls -la $folder"
    if ! cp -p "$real" "$backup" || ! cmp -s "$real" "$backup" || ! chmod 600 "$backup"; then
      rm -f "$backup"
      fail 5 io-error "could not back up to $backup" 'nothing was changed' 'check the space on the disk'
    fi
    cp -p "$real" "$temporary" || fail 5 io-error "could not write to $folder" 'nothing was changed'
  fi
  chmod go-w,a-x "$temporary"
  if ! printf %s "$next" >"$temporary" || ! printf %s "$next" | cmp -s - "$temporary"; then
    [ -z "$backup" ] || rm -f "$backup"
    fail 5 io-error "could not write to $folder" 'nothing was changed' 'check the space on the disk'
  fi
  ! has sync || sync "$temporary" 2>/dev/null || :
  if ! is_unchanged; then
    [ -z "$backup" ] || rm -f "$backup"
    fail 4 changed-since "$real has changed while this ran" 'nothing was changed here; run this again'
  fi
  mv -f "$temporary" "$real" || fail 5 io-error "could not put the new file in the place of $real"
  printf %s "$next" | cmp -s - "$real" ||
    fail 5 io-error "$real does not hold what was just written to it" "the old one is ${backup:-not there}"
}

report() {
  say "$1: $file $2"
  [ -z "$added" ] || say "${added%"$newline"}"
}

# What a new root.crt does to connections that it was not made for.
say_effects() {
  [ "$is_default" ] && [ -z "$existed" ] || return 0
  note "warning[require-now-verifies]: libpq checks every server once $file exists"
  note '  note: sslmode=require refuses a server whose root is not in it; prefer may go on without encryption'
  note '  help: connect with sslmode=verify-full, and add the roots of your other servers'
}

# ---- the run -------------------------------------------------------------------------------------

read_options() {
  file='' replace='' dry_run='' quiet=''
  while [ $# -gt 0 ]; do
    case $1 in
      --file)
        [ -n "${2-}" ] || fail 2 usage '--file needs a path' 'see what there is: --help'
        file=$2 && shift
        ;;
      --file=?*) file=${1#--file=} ;;
      --replace) replace=1 ;;
      --dry-run) dry_run=1 ;;
      -q | --quiet) quiet=1 ;;
      -h | --help) usage && exit 0 ;;
      *) fail 2 usage "there is no option $1" 'see what there is: --help' ;;
    esac
    shift
  done
}

# Sets $file, as libpq finds it by default, and $own_folder where it lies in libpq's own.
find_file() {
  is_default=''
  if [ -z "$file" ]; then
    is_default=1
    home=${HOME:-$(passwd_home)}
    [ -n "$home" ] || fail 5 home-not-found 'no home folder is known' 'set HOME, or use --file PATH'
    file=$home/.postgresql/root.crt
    [ -z "${PGSSLROOTCERT-}" ] || [ "$PGSSLROOTCERT" = "$file" ] ||
      note "warning[env-overrides-root-crt]: PGSSLROOTCERT makes libpq read $PGSSLROOTCERT, not $file"
  fi
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  own_folder=${file%/*}
  case $own_folder in */.postgresql) ;; *) own_folder='' ;; esac
}

# Sets $folder and $real, where the file truly lies, and what is to be done there.
plan() {
  walk "$file"
  folder=${real%/*}
  folder=${folder:-/}
  existed=''
  [ ! -e "$real" ] || existed=1
  read_present
  merge
  exposed_folder='' exposed_file=''
  if [ -n "$own_folder" ] && [ -d "$own_folder" ]; then
    look_at "$own_folder/."
    if others_may_write "$mode" "$group"; then exposed_folder=$own_folder; fi
  fi
  if [ -n "$existed" ]; then
    look_at "$real"
    case $mode in ?????w* | ????????w*) exposed_file=$real ;; esac
  fi
  deed=written
  [ -z "$existed" ] || deed=changed
  [ "$next" != "$present" ] || deed="protected from others' changes"
}

is_done() { [ "$next" = "$present" ] && [ -n "$existed" ] && [ -z "$exposed_folder$exposed_file" ]; }

perform() {
  backup=''
  for exposed in "$exposed_folder" "$exposed_file"; do
    [ -z "$exposed" ] || chmod go-w "$exposed" || fail 5 io-error "could not protect $exposed"
  done
  [ "$next" = "$present" ] || replace_file
  temporary='' made_folder=''
  report ok "was $deed"
  if [ -n "$backup" ]; then
    say "  backup: $backup"
    say "  take it back: mv $backup $real"
  elif [ -z "$existed" ]; then
    say "  take it back: rm $real"
  fi
}

# All of it in a function: a copy of this file that was cut off does nothing.
main() {
  me=$(id -u) temporary='' lock='' made_folder=''
  read_options "$@"
  check_roots
  find_file
  plan
  if [ -n "$dry_run" ] && ! is_done; then
    report 'dry run' "would be $deed"
    say_effects
    exit 0
  fi
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if ! is_done; then
    make_folder
    take_lock
    # Once more, under the lock: another run may have been here.
    plan
  fi
  if is_done; then
    say "ok: all of it is in $file already"
    exit 0
  fi
  perform
  say_effects
}

main "$@"
