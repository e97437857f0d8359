#!/bin/sh
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
# The generator and the schema come from a kernel source of version $release:
# KERNEL_SRC, or the one scripts/vm keeps in MCSNOOP_VMDIR (by default
# ~/.cache/mcsnoop-vm), unpacked or still in its Debian package.  Other
# releases write other files, therefore the version is fixed here; raise it
# together with the one of scripts/vm and commit the new results.
# Also needed: Debian's python3-yaml and python3-jsonschema.
set -eu

release=7.3
python=/usr/bin/python3
spec=Documentation/netlink/mcsnoop.yaml
outputs='uapi/linux/mcsnoop.h module/genl_gen.h module/genl_gen.c tool/names_gen.h'
cache=${MCSNOOP_VMDIR:-$HOME/.cache/mcsnoop-vm}

say() {
	printf 'genl.sh: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 2
}

# unable WHAT: something from outside the project is missing here.
unable() {
	say "$*"
	[ "$check" = yes ] && exit 4
	exit 2
}

# has_release TREE: is TREE a kernel source of the wanted version?
has_release() {
	[ -f "$1/tools/net/ynl/pyynl/ynl_gen_c.py" ] && [ -f "$1/Makefile" ] &&
		[ "$(awk '$2 == "=" && ($1 == "VERSION" || $1 == "PATCHLEVEL") \
			{ v = v sep $3; sep = "." } END { print v }' "$1/Makefile")" = "$release" ]
}

# unpack PACKAGE TREE: the few directories of the source that are needed.
unpack() {
	say "unpacking the generator from ${1##*/}"
	part=$2.part.$$
	mkdir -p "$part"
	dpkg-deb --fsys-tarfile "$1" |
		tar -xO "./usr/src/linux-source-$release.tar.xz" |
		tar -xJ -C "$part" --strip-components=1 \
			"linux-source-$release/Makefile" \
			"linux-source-$release/Documentation/netlink" \
			"linux-source-$release/tools/net/ynl"
	# Somebody else may have been faster.
	mv -T "$part" "$2" 2>/dev/null || rm -rf "$part"
}

# Sets src.
find_source() {
	if [ -n "${KERNEL_SRC:-}" ]; then
		src=$KERNEL_SRC
		has_release "$src" ||
			die "KERNEL_SRC=$src is no source of Linux $release with tools/net/ynl"
		return
	fi
	for src in "$cache/src/linux-source-${release}_"* "$cache/ynl/linux-source-${release}_"*; do
		! has_release "$src" || return 0
	done
	for package in "$cache"/apt/*/"linux-source-${release}_"*.deb; do
		[ -f "$package" ] || continue
		src=${package##*/}
		src=$cache/ynl/${src%_all.deb}
		unpack "$package" "$src"
		! has_release "$src" || return 0
	done
	unable "no source of Linux $release in $cache; set KERNEL_SRC to one"
}

# generate MODE KIND OUTPUT: run the kernel's generator.
#
# It looks for a file MAINTAINERS above the spec, without end if there is
# none, and for the schema one directory above the spec; $tmp has both.
generate() {
	raw=$tmp/raw/${3##*/}
	mkdir -p "$tmp/raw" "$tmp/${3%/*}"
	PYTHONDONTWRITEBYTECODE=1 timeout 60 \
		"$python" "$src/tools/net/ynl/pyynl/ynl_gen_c.py" \
		--spec "$tmp/$spec" --mode "$1" "--$2" -o "$raw" > "$tmp/log" 2>&1 || {
		cat "$tmp/log" >&2
		die "the generator refused $spec, see above"
	}
	sed 's|tools/net/ynl/ynl-regen.sh|scripts/genl.sh|' "$raw" > "$tmp/$3"
}

check=no
case $#${1:-} in
0) ;;
1--check) check=yes ;;
*) die 'usage: genl.sh [--check]' ;;
esac
cd "$(dirname "$0")/.."

"$python" -c 'import yaml, jsonschema' 2>/dev/null ||
	unable "$python lacks yaml or jsonschema; install python3-yaml and python3-jsonschema"
find_source

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$tmp/${spec%/*}" "$tmp/tool"
: > "$tmp/MAINTAINERS"
cp "$spec" "$tmp/$spec"
cp "$src/Documentation/netlink/genetlink-legacy.yaml" "$tmp/Documentation/"

generate uapi header uapi/linux/mcsnoop.h
generate kernel header module/genl_gen.h
generate kernel source module/genl_gen.c
"$python" scripts/genl_names.py "$spec" "$tmp/tool/names_gen.h"

differ=0
for file in $outputs; do
	! cmp -s "$tmp/$file" "$file" || continue
	if [ "$check" = yes ]; then
		differ=1
		diff -u --label "$file" --label "$file as $spec gives it" \
			"$file" "$tmp/$file" || :
	else
		mkdir -p "${file%/*}"
		cp "$tmp/$file" "$file"
		say "wrote $file"
	fi
done
[ "$differ" = 0 ] || say "$spec gives other files; run scripts/genl.sh and commit the result"
exit "$differ"
