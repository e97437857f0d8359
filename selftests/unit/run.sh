#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the programs given and print one KTAP report with theirs inside. Exit
# status 1 if one failed, 4 if all were skipped, else 0.
#
# TIMEOUT: seconds that a program may take

set -u

printf 'KTAP version 1\n1..%u\n' $#
n=0
failed=0
skipped=0
for program in "$@"; do
	n=$((n + 1))
	name=$(basename "$program")
	case $program in
	*/*) ;;
	*) program=./$program ;;
	esac
	timeout "${TIMEOUT:-300}" "$program" >"$program.log" 2>&1
	status=$?
	sed 's/^/  /' "$program.log"
	case $status in
	0)
		echo "ok $n $name"
		;;
	4)
		skipped=$((skipped + 1))
		echo "ok $n $name # SKIP"
		;;
	*)
		failed=$((failed + 1))
		echo "# $name: exit status $status"
		echo "not ok $n $name"
		;;
	esac
done
echo "# Totals: pass:$((n - failed - skipped)) fail:$failed xfail:0 xpass:0 skip:$skipped error:0"
[ "$failed" -eq 0 ] || exit 1
[ "$skipped" -lt "$n" ] || exit 4
exit 0
