# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bash completion for mcsnoop(8). Devices and groups come from the system;
# nothing is completed from a module that is not loaded, so that completing
# does not load it.

# Names of devices of a kind; all without one.
_mcsnoop_devices()
{
	local kind=$1 path

	for path in /sys/class/net/*; do
		[[ -z $kind || -e $path/$kind ]] && printf '%s\n' "${path##*/}"
	done
}

# Values of a key in what "mcsnoop -j ... show" prints.
_mcsnoop_values()
{
	local key=$1 object=$2 dev=$3

	[[ -e /sys/module/mcsnoop ]] || return
	mcsnoop -j "$object" show ${dev:+dev "$dev"} 2>/dev/null |
		grep -o "\"$key\":\"[^\"]*\"" | cut -d'"' -f4 | sort -u
}

# The words that may follow a keyword of an object.
_mcsnoop_argument()
{
	local object=$1 keyword=$2 dev=$3

	case $object/$keyword in
	*/querier) echo auto on off ;;
	*/igmp-version) echo 1 2 3 ;;
	*/mld-version) echo 1 2 ;;
	*/gmi-rule) echo rfc9776 rfc3376 ;;
	bridge/unregistered | vlan/unregistered) echo auto flood routers drop ;;
	port/unregistered) echo inherit auto flood routers drop ;;
	port/router) echo auto never permanent ;;
	bridge/mode | vlan/mode) echo enforce observe ;;
	stats/-o) echo text prometheus ;;
	port/mode) echo inherit enforce observe ;;
	bridge/fast-leave) echo auto on off ;;
	bridge/over-limit) echo refuse replace ;;
	port/fast-leave) echo inherit auto on off ;;
	*/ssm-range) echo none 232.0.0.0/8 ;;
	*/ssm-range6) echo none ff3x::/32 ;;
	*/family) echo ipv4 ipv6 ;;
	*/examine) echo all none mld igmp mrd pim pimv1 dvmrp mospf ;;
	*/flood-* | */zero-query-router | */forward-invalid | */query-guard | \
		*/report-suppression | */proxy-reporting | */tc-query | */compat | \
		*/lightweight | */source-filter | */auto-lower | */mrd-* | \
		*/host-tracking | */drop-node-scope | */mac-mode | */fastpath | */self-heal | */follow-hosts | \
		*/trust-queries | */group-stats | */nd-aware | */tc-flood | */check-ttl | \
		*/require-* | */strict-* | */ignore-*)
		echo on off
		;;
	port/dev-set) _mcsnoop_devices brport; _mcsnoop_devices bridge ;;
	*/dev-*) _mcsnoop_devices bridge ;;
	*/port | explain/from) _mcsnoop_values port port "$dev" ;;
	filter/grp | filter/router) ;;
	*/grp) _mcsnoop_values grp group "$dev" ;;
	esac
}

# The keywords of a command.
_mcsnoop_keywords()
{
	local vlan="querier igmp-version mld-version robustness query-interval
		query-response-interval last-member-interval last-member-count
		startup-query-interval startup-query-count gmi-rule
		unregistered zero-query-router report-suppression
		proxy-reporting tc-query lightweight source-filter compat
		auto-lower host-tracking mrd-solicit mrd-local-prefix mode
		nd-aware"

	case $1/$2 in
	bridge/add | bridge/set)
		echo dev "$vlan" flood-ff02 forward-invalid fast-leave \
			drop-node-scope mac-mode fastpath self-heal follow-hosts \
			over-limit max-vlan-groups max-host-groups group-stats \
			max-groups max-port-groups \
			max-sources max-records max-vlans max-hosts \
			max-port-hosts log-events log-frames examine ssm-range \
			ssm-range6
		[[ $2 == add ]] && echo takeover
		;;
	bridge/del) echo dev giveback ;;
	vlan/set) echo dev vid family "$vlan" ;;
	vlan/reset) echo dev vid family ;;
	vlan/show) echo dev vid ;;
	bridge/* | router/show) echo dev ;;
	port/set)
		echo dev router unregistered query-guard max-groups \
			max-sources max-hosts max-host-groups fast-leave flood-reports \
			check-ttl require-ra-query require-ra-report \
			require-ra-leave strict-dst strict-l2dst ignore-igmpv1 \
			ignore-igmpv2 ignore-mldv1 rate-reports rate-queries \
			ttl-threshold scope-boundary mode trust-queries \
			tc-flood
		;;
	port/show) echo dev port ;;
	stats/show) echo dev port -o ;;
	group/add | group/del) echo dev port grp mac src vid ;;
	group/show) echo dev vid grp mac port ;;
	host/show) echo dev vid grp port ;;
	nd/show) echo dev vid port ;;
	querier/show) echo dev vid ;;
	filter/add | filter/del)
		echo dev port permit deny grp src pref reporter router
		;;
	filter/*) echo dev port ;;
	explain/*) echo dev from grp src vid ttl smac target ;;
	doctor/*) echo dev watch ;;
	top/*) echo dev interval count ;;
	log/*) echo dev port -w ;;
	mdb/show) echo dev vid ;;
	mdb/monitor) echo dev ;;
	group/learn)
		echo dev port grp vid mode sources blocked timer version reporter \
			reporter-mac
		;;
	router/learn) echo dev port vid family type timer address ;;
	querier/learn)
		echo dev vid family state address port version timer robustness \
			query-interval query-response-interval
		;;
	save/*) echo dev --state ;;
	restore/*) echo --state ;;
	monitor/*) echo dev bridge vlan port group router querier filter ;;
	esac
}

_mcsnoop_commands()
{
	case $1 in
	bridge) echo add set del show help ;;
	vlan) echo set reset show help ;;
	port) echo set show help ;;
	group) echo add del learn show help ;;
	log) echo show follow help ;;
	mdb) echo show monitor help ;;
	router | querier) echo learn show help ;;
	filter) echo add del flush show help ;;
	host | nd | stats) echo show help ;;
	esac
}

_mcsnoop()
{
	local objects="bridge vlan port group host nd router querier filter stats
		monitor explain doctor top log mdb save restore help"
	local options="-json -pretty -details -statistics -timestamp -tshort
		-color -netns -batch -force -Version -help"
	local cur=${COMP_WORDS[COMP_CWORD]}
	local object='' command='' dev='' words='' given=' ' i=1 word keyword

	COMPREPLY=()
	# Options come first; -n takes a word.
	while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i]} == -* ]]; do
		[[ ${COMP_WORDS[i]} == -?(-)n* ]] && ((i++))
		((i++))
	done
	if ((i > COMP_CWORD)); then
		words=$(ls /run/netns 2>/dev/null)
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		return
	fi

	object=${COMP_WORDS[i]}
	if ((i == COMP_CWORD)); then
		words=$objects
		[[ $cur == -* ]] && words=$options
	elif [[ $object == help ]]; then
		words=${objects% help}
	else
		for word in $objects; do
			[[ $word == "$object"* ]] && object=$word && break
		done
		((i++))
		if [[ $object == monitor || $object == explain ||
			$object == doctor || $object == top ||
			$object == save || $object == restore ]]; then
			command=$object
			((i--))
		elif ((i == COMP_CWORD)); then
			words=$(_mcsnoop_commands "$object")
		else
			command=${COMP_WORDS[i]}
		fi
	fi
	if [[ -n $command ]]; then
		for word in $(_mcsnoop_commands "$object"); do
			[[ $word == "$command"* ]] && command=$word && break
		done
		keyword=''
		for ((i++; i < COMP_CWORD; i++)); do
			word=${COMP_WORDS[i]}
			[[ -n $keyword ]] || given+="$word "
			[[ $keyword == dev ]] && dev=$word
			if [[ -z $keyword && ($command != monitor || $word == dev) &&
				$word != permit && $word != deny &&
				$word != --state && $word != takeover &&
				$word != giveback ]]; then
				keyword=$word
			else
				keyword=''
			fi
		done
		if [[ $keyword == dev ]]; then
			words=$(_mcsnoop_argument "$object" "dev-$command")
		elif [[ -n $keyword ]]; then
			words=$(_mcsnoop_argument "$object" "$keyword" "$dev")
		else
			for word in $(_mcsnoop_keywords "$object" "$command"); do
				[[ $given == *" $word "* ]] || words+=" $word"
			done
		fi
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
} &&
	complete -F _mcsnoop mcsnoop
