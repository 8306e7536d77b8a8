#!/bin/sh
# Breaks one rule of the core at a time, in a copy, and asks the stories whether they notice.
#
#   engine/policy/tests/mutations.sh [WORD]     only mutants whose line contains WORD
#
# Each line of mutations.txt is FILE@SED EXPRESSION@WHAT IT BREAKS. A mutant that survives is either killed by a new
# story or explained in MUTATIONS.md. One that changes nothing, because the code has moved on, is reported as stale.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
root=$(cd "$here/../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}"

mkdir -p "$copy/engine"
sed -e 's|^members = .*|members = ["engine/policy"]|' -e '/^default-members/d' "$root/Cargo.toml" >"$copy/Cargo.toml"
# Paths of crates that were not copied, and profiles of packages that are not there.
sed -i -e '/path = "/{/tocsin-policy/!d}' -e '/^\[profile/,$d' "$copy/Cargo.toml"
cp "$root/Cargo.lock" "$copy/"
cp -r "$here" "$copy/engine/policy"

stories() {
    (cd "$copy" && timeout 300 cargo test -q -p tocsin-policy --test stories -- "$@" >"$copy/log" 2>&1)
}

if ! stories --skip properties; then
    tail -20 "$copy/log"
    echo "the stories fail without any mutation" >&2
    exit 2
fi
survived=0
while IFS='@' read -r file change breaks; do
    case "$file" in '' | '#'*) continue ;; esac
    case "$file $breaks" in *"${1:-}"*) ;; *) continue ;; esac
    source="$copy/engine/policy/src/$file"
    cp "$source" "$copy/kept"
    sed -i -e "$change" "$source" || true
    if cmp -s "$source" "$copy/kept"; then
        verdict=stale
    elif ! stories --skip properties::; then
        verdict=killed
    elif ! stories properties::; then
        verdict="killed by a property"
    else
        verdict=SURVIVED
        survived=$((survived + 1))
    fi
    # Not even compiled is no proof.
    if grep -q '^error: could not compile' "$copy/log"; then verdict="does not compile"; fi
    echo "$verdict: $file: $breaks"
    cp "$copy/kept" "$source"
done <"${MUTATIONS:-$here/tests/mutations.txt}"
exit $((survived > 0))
