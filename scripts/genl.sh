#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# genl.sh [--check]: make what is derived from Documentation/netlink/mcsnoop.yaml.
#
#   uapi/linux/mcsnoop.h   constants, for the module and for user space
#   module/genl_gen.[ch]   policies, the table of operations, prototypes
#   tool/names_gen.h       names and descriptions of the enums
#
# The results are committed, so that only who changes the spec needs the
# kernel's generator.  With --check nothing is written: exit 0 when the
# committed files are what the spec gives, 1 when one differs, 4 when that
# cannot be found out here.
#
# The generator and the schema come from a kernel source of release $SERIES:
# KERNEL_SRC, or what scripts/vm keeps in MCSNOOP_VMDIR (by default
# ~/.cache/mcsnoop-vm).  Without either the few files that matter are fetched
# from the Debian package, but not for --check.  Another release may write
# other files; to change it, run this again and commit the results.
#
# Also needed: Debian's python3-yaml and python3-jsonschema.
set -euo pipefail

SERIES=7.3
SUITE=trixie-backports
PYTHON=/usr/bin/python3
SPEC=Documentation/netlink/mcsnoop.yaml
OUTPUTS=(uapi/linux/mcsnoop.h module/genl_gen.h module/genl_gen.c tool/names_gen.h)

say() { printf 'genl.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# is_source TREE: does TREE hold the generator of the wanted release?
is_source() {
	[ -f "$1/tools/net/ynl/pyynl/ynl_gen_c.py" ] && [ -f "$1/Makefile" ] &&
		grep -qx "VERSION = ${SERIES%.*}" "$1/Makefile" &&
		grep -qx "PATCHLEVEL = ${SERIES#*.}" "$1/Makefile"
}

# fetch_generator DIRECTORY: fill it with the needed part of the source.
fetch_generator() {
	local package=linux-source-$SERIES deb=$1/deb
	APT_CONFIG=$(vm_apt_suite "$SUITE")
	export APT_CONFIG
	say "fetching $package from $SUITE"
	mkdir "$deb"
	(cd "$deb" && apt-get -qq download "$package") ||
		die "$SUITE has no $package, set KERNEL_SRC to a source of Linux $SERIES"
	dpkg-deb --fsys-tarfile "$deb"/*.deb | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ --strip-components=1 -C "$1" \
			"$package/Makefile" "$package/Documentation/netlink" \
			"$package/tools/net/ynl"
	rm -r "$deb"
}

# The path of the kernel source on standard output, nothing if there is none.
find_source() {
	local vmdir=${MCSNOOP_VMDIR:-$HOME/.cache/mcsnoop-vm} tree
	if [ -n "${KERNEL_SRC:-}" ]; then
		is_source "$KERNEL_SRC" ||
			die "KERNEL_SRC=$KERNEL_SRC holds no source of Linux $SERIES with tools/net/ynl"
		printf '%s\n' "$KERNEL_SRC"
		return
	fi
	for tree in "$vmdir/src/linux-source-${SERIES}_"* "$vmdir/ynl/"*; do
		# What is being unpacked right now is called so.
		[ "${tree%.part}" = "$tree" ] || continue
		if is_source "$tree"; then
			printf '%s\n' "$tree"
			return
		fi
	done
	[ "$check" = no ] || return 0
	# shellcheck source=scripts/vm/lib.sh
	. scripts/vm/lib.sh
	vm_cached ynl "linux-$SERIES" "$(printf '%s' "$SERIES $SUITE" | vm_hash)" fetch_generator
}

# generate MODE KIND OUTPUT: run the kernel's generator.
#
# It wants the schema one directory above the spec and looks for a file
# MAINTAINERS in all directories above it, without end when there is none;
# $tmp has both.  It names itself as the way to make the file again.
generate() {
	local raw=$tmp/raw/${3##*/}
	if ! PYTHONDONTWRITEBYTECODE=1 timeout 60 \
		"$PYTHON" "$src/tools/net/ynl/pyynl/ynl_gen_c.py" --spec "$tmp/$SPEC" \
		--mode "$1" "--$2" -o "$raw" > "$tmp/log" 2>&1; then
		cat "$tmp/log" >&2
		die "the generator refused $SPEC, see above"
	fi
	mkdir -p "$tmp/${3%/*}"
	sed 's|tools/net/ynl/ynl-regen.sh|scripts/genl.sh|' "$raw" > "$tmp/$3"
}

case $#${1:-} in
0) check=no ;;
1--check) check=yes ;;
*) die "usage: genl.sh [--check]" ;;
esac
cd "$(dirname "$0")/.."

if ! "$PYTHON" -c 'import yaml, jsonschema' 2> /dev/null; then
	say "$PYTHON lacks yaml or jsonschema: install python3-yaml and python3-jsonschema"
	[ "$check" = no ] || exit 4
	exit 1
fi
src=$(find_source)
if [ -z "$src" ]; then
	say "cannot check $SPEC: no source of Linux $SERIES here, set KERNEL_SRC to one"
	exit 4
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/raw" "$tmp/tool" "$tmp/${SPEC%/*}"
: > "$tmp/MAINTAINERS"
cp "$SPEC" "$tmp/$SPEC"
cp "$src/Documentation/netlink/genetlink-legacy.yaml" "$tmp/Documentation/"

generate uapi header uapi/linux/mcsnoop.h
generate kernel header module/genl_gen.h
generate kernel source module/genl_gen.c
"$PYTHON" scripts/genl_names.py "$SPEC" "$tmp/tool/names_gen.h"

differ=no
for file in "${OUTPUTS[@]}"; do
	! cmp -s "$tmp/$file" "$file" || continue
	differ=yes
	if [ "$check" = yes ]; then
		diff -uN --label "$file" --label "$file, made from $SPEC" \
			"$file" "$tmp/$file" || true
	else
		mkdir -p "${file%/*}"
		cp "$tmp/$file" "$file"
		say "wrote $file"
	fi
done
if [ "$check$differ" = yesyes ]; then
	die "committed files are not what $SPEC gives: run scripts/genl.sh"
fi
