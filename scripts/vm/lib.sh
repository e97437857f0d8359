# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts of the VM harness share; to be sourced, not run.
#
# Everything that is built once lives outside the repository in $VMDIR, in a
# directory named after a hash of what it is made from.  It is built beside
# its place and renamed into it, under a lock: what is there is complete.

set -euo pipefail
shopt -s inherit_errexit

VMDIR=${MCSNOOP_VMDIR:-$HOME/.cache/mcsnoop-vm}
VM=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$VM/../.." && pwd)

say() { printf '%s\n' "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

case $VMDIR$REPO in
*[[:space:],:]*) die "make, qemu and the kernel want paths without blanks, commas" \
	"and colons: $VMDIR and $REPO" ;;
esac

# vm_hash: a short name for the bytes on standard input.
vm_hash() { sha256sum | cut -c1-16; }

# vm_locked NAME COMMAND...: run it while nobody else runs anything under NAME.
vm_locked() {
	local name=$1 fd status
	shift
	mkdir -p "$VMDIR/lock"
	exec {fd}> "$VMDIR/lock/$name"
	if ! flock -w 3 "$fd"; then
		say "waiting for another process that makes $name"
		flock "$fd"
	fi
	# Written so that "set -e" stays in force in the command, whose children
	# do not inherit the lock.
	set +e
	(set -e; "$@") {fd}>&-
	status=$?
	set -e
	exec {fd}>&-
	return $status
}

# vm_cached KIND NAME HASH COMMAND...: print the directory KIND/NAME-HASH of the
# cache.  If it is not there, run the command, which gets the directory to fill
# as one more argument.  Directories of the same NAME that were not used for a
# fortnight are removed whenever a new one is made.
vm_cached() {
	local kind=$1 name=$2 hash=$3 dir
	dir=$VMDIR/$kind/$name-$hash
	shift 3
	[ -d "$dir" ] || vm_locked "$kind-$name" vm_fill "$dir" "$@" >&2
	touch "$dir/.used"
	printf '%s\n' "$dir"
}

vm_fill() {
	local dir=$1 old
	shift
	[ ! -d "$dir" ] || return 0
	rm -rf "$dir.part"
	mkdir -p "$dir.part"
	"$@" "$dir.part"
	touch "$dir.part/.used"
	mv -T "$dir.part" "$dir"
	for old in "${dir%-*}"-????????????????; do
		if [ -n "$(find "$old/.used" -mtime +14 2> /dev/null)" ]; then
			rm -rf "$old"
		fi
	done
}

# vm_mirror [SUITE]: the URI of the Debian mirror that this host's apt uses, or of
# the one for security updates if that is what the suite is.
vm_mirror() {
	local uri name=debian
	case ${1:-} in *-security) name=debian-security ;; esac
	# shellcheck disable=SC2016	# for apt to expand
	uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Component: main' | grep -m1 "/$name/\?\$" || true)
	[ -n "$uri" ] || die "apt on this host knows no $name mirror"
	printf '%s\n' "$uri"
}

VM_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# vm_apt_suite SUITE: fetch the package lists of another suite of the host's
# mirror into the cache and print the apt configuration to use with APT_CONFIG.
# The host's own sources and lists are neither changed nor consulted.
vm_apt_suite() {
	local suite=$1 dir=$VMDIR/apt/$1
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	printf 'deb [signed-by=%s] %s %s main\n' "$VM_KEYRING" "$(vm_mirror "$suite")" "$suite" \
		> "$dir/sources.list"
	cat > "$dir/apt.conf" <<-EOF
	APT::Sandbox::User "$(id -un)";
	Acquire::Languages "none";
	Dir::Cache "$dir";
	Dir::Cache::archives "$dir/archives";
	Dir::Etc::SourceList "$dir/sources.list";
	Dir::Etc::SourceParts "/dev/null";
	Dir::Etc::Preferences "/dev/null";
	Dir::Etc::PreferencesParts "/dev/null";
	Dir::State::Lists "$dir/lists";
	Dir::State::status "/dev/null";
	EOF
	APT_CONFIG=$dir/apt.conf apt-get -qq update >&2
	printf '%s\n' "$dir/apt.conf"
}
