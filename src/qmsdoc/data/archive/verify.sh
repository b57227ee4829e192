#!/bin/sh
# Verifies this archive with ssh-keygen (OpenSSH 9.1 or later), sha256sum, grep, sed and find alone; see VERIFY.md.
# usage: sh verify.sh sha256:DIGEST    of a trust state, which you were told by another way than this archive
LC_ALL=C; export LC_ALL; set -f; IFS='
'
cd "$(dirname "$0")" || exit 2
anchor=${1#sha256:}; bad=0; states=trust/states
case $anchor in *[!0-9a-f]* | "") echo "usage: sh verify.sh sha256:DIGEST" >&2; exit 2 ;; esac
for it in ssh-keygen sha256sum; do command -v $it >/dev/null || { echo "$it is missing" >&2; exit 2; }; done
wrong() { echo "WRONG $1: $2"; bad=1; }; sum() { sha256sum <"$1" | cut -c 1-64; }
has() { grep -qF -e "$2" "$1" 2>/dev/null; }
# Statements are JSON on one line: a bare quote after { or , begins a key. A file named as a key has a hash as value.
field() { grep -o "[{,]\"$2\":\"$3\"" "$1" | grep -v ':"[0-9a-f]\{64\}"$' | head -n 1 | cut -d '"' -f 4; }
trusted() { # FILE: the folder of the trust state that it names by hash and number
  it=$(sed -n 's/.*[{,]"trust":{"sha256":"\([0-9a-f]*\)","version":\([0-9]*\)}.*/\1 \2/p' "$1")
  [ "$(sum "$states/${it#* }/state.json" 2>/dev/null)" = "${it% *}" ] && echo "$states/${it#* }" || echo none
}
holds() { # SIGNERS PURPOSE FILE SIGNATURE TIME [PERSON]: the offset of the time is given as time zone
  at=$(echo "$5" | sed 's/[-:]//g; s/T\(......\).*/\1/')
  TZ=UTC$(echo "$5" | sed 's/.*\([-+]..:..\)$/\1/; y/+-/-+/'); export TZ
  who=${6:-$(ssh-keygen -Y find-principals -s "$4" -f "$1" -Overify-time="$at" 2>/dev/null | head -n 1)}
  ssh-keygen -Y verify -f "$1" -I "$who" -n "$2" -s "$4" -Overify-time="$at" <"$3" >/dev/null 2>&1
}
for file in $(sha256sum -c SHA256SUMS 2>&1 | grep -v ': OK$'); do wrong "${file%: FAILED*}" "not as in SHA256SUMS"; done
for file in $({ find . ! -type d ! -path ./SHA256SUMS | cut -c 3-; cut -c 67- SHA256SUMS | sed p; } | sort | uniq -u)
do wrong "$file" "SHA256SUMS does not name it"; done
n=1; before=; anchored=
while [ -f $states/$n/state.json ]; do
  here=$states/$n; judge=$states/$((n > 1 ? n - 1 : 1)); state=$here/state.json; signers=0
  has $state ",\"previous\":\"$before\"," && has $state ",\"version\":$n}" || wrong $state "not state $n of this chain"
  for name in allowed_signers people.toml policy.toml; do
    has $state "\"$name\":\"$(sum $here/$name)\"" || wrong $here/$name "not as it was signed"
  done
  for sig in $(find $here -name '*.sig' | sort); do
    who=${sig##*/}; signers=$((signers + 1)); at=$(field $state made_at '[-0-9T:+]*')
    holds $judge/allowed_signers qmsdoc-trust $state "$sig" "$at" "${who%.sig}" || wrong "$sig" "it does not hold"
  done
  need=$(sed -n '/^\[trust\]/,/^\[[a-z]/s/^ *signers *= *\([0-9]*\).*/\1/p' $judge/policy.toml)
  [ $signers -ge "${need:-1}" ] || wrong $state "it has $signers of ${need:-1} signatures"
  before=$(sum $state); [ "$before" != "$anchor" ] || anchored=yes; n=$((n + 1)); done
[ "$anchored" ] || wrong $states "no state has the digest that you gave, so they prove nothing"
acts=$(find approvals -name '*.json' ! -path '*/copy/*' ! -path '*/checkpoints/*' | sort)
for file in $acts; do
  by=$(field "$file" witness '[a-z0-9-]*'); person=$(field "$file" person '[a-z0-9-]*')
  place=approvals/$(field "$file" id '[A-Z][A-Z0-9-]*')/r$(grep -o ',"revision":[0-9]*' "$file" | cut -d : -f 2)
  name=$(field "$file" meaning '[a-z-]*').$person.$(sum "$file" | cut -c 1-12).json
  at=$(field "$file" signed_at '[-0-9T:+]*'); allowed=$(trusted "$file")/allowed_signers
  [ "$file" = "$place/$name" ] || wrong "$file" "not the statement that its place and name say"
  holds "$allowed" qmsdoc-act "$file" "$file.sig" "$at" "${by:-$person}" || wrong "$file" "its signature does not hold"
done
points=$(find approvals/checkpoints -name '*.json' 2>/dev/null | sort)
for file in $points; do
  at=$(field "$file" made_at '[-0-9T:+]*'); allowed=$(trusted "$file")/allowed_signers
  holds "$allowed" qmsdoc-checkpoint "$file" "$file.sig" "$at" || wrong "$file" "its signature does not hold"
done
there=$(for file in $acts $points; do sum "$file"; done)
for file in $acts $points $(find $states -name state.json); do
  for digest in $(grep -o -e '[{,]"acts":\[[^]]*' -e '[{,]"relies_on":\[[^]]*' "$file" | grep -o '[0-9a-f]\{64\}'); do
    echo "$there" | grep -qx "$digest" || wrong "$file" "it names a statement that is not here, $digest"
  done
done
for copy in $(find approvals -type d -name copy | sort); do
  id=${copy#approvals/}; id=${id%%/*}; text=; files=; found=
  for file in $(find "$copy" -type f | sort); do case $file in
    */copy/*/"$id"/*) name=${file#*/copy/}; files="$files,\"${name#*/"$id"/}\":\"$(sum "$file")\"" ;;
    *) text=$text$(sum "$file") ;;
  esac; done
  for file in $(find "${copy%/copy}" -name '*.json' ! -path '*/copy/*'); do
    has "$file" "\"document\":\"$text\"," && has "$file" ",\"files\":{${files#,}}," && found=yes
  done
  [ "$found" ] || wrong "$copy" "nobody signed this document together with these files"
done
file=release/manifest.json; allowed=$states/$((n - 1))/allowed_signers; signed=
for at in $(sed -n 's/^  "committed_at": "\(.*\)",$/\1/p' $file 2>/dev/null; date -u +%Y-%m-%dT%H:%M:%S+00:00); do
  [ -f $file.sig ] && holds "$allowed" qmsdoc-release $file $file.sig "$at" && signed=yes; done
[ "$signed" ] || [ ! -f $file.sig ] || wrong $file.sig "the signature does not hold"
for pdf in $(find release -name '*.pdf' 2>/dev/null); do
  has $file "\"sha256\": \"$(sum "$pdf")\"" || wrong "$pdf" "the manifest of the release does not name it"; done
[ $bad -eq 0 ] || exit 1
echo "$((n - 1)) trust states, $(echo "$acts" | grep -c .) statements: everything that this script checks holds"
