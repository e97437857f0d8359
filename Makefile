# SPDX-License-Identifier: GPL-2.0
#
# mcsnoop: the module, the command, and everything around them. `make help`
# says what there is. The module's objects are listed in Kbuild.

KERNELRELEASE ?=
ifneq ($(KERNELRELEASE),)
# Older kernels read this file instead of Kbuild when both are there.
include $(src)/Kbuild
else

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
DESTDIR ?=
PREFIX ?= /usr/local
TIER ?= uml
T ?=

top := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' $(top)/dkms.conf)
dkms-dir := $(DESTDIR)/usr/src/mcsnoop-$(version)
dkms-files := Kbuild Makefile dkms.conf module uapi

all: modules tool

help:
	@echo 'Build and install:'
	@echo '  all                the module for KVER (the running kernel) and the command'
	@echo '  modules, tool      one of them'
	@echo '  install            both, with manual and bash completion'
	@echo '  dkms-install       the module with DKMS, so that it follows kernel updates'
	@echo '  dkms-remove        the opposite'
	@echo '  check-config       say whether the kernel has what the module needs'
	@echo '  clean'
	@echo 'See and test (Debian; installs what is missing):'
	@echo '  demo               real streams on a stock Debian kernel in a virtual machine'
	@echo '  check              all tests; ends in a line "N passed, N failed"'
	@echo '  vm [TIER=...]      a shell with a bridge and hosts; uml, uml-debug, x86-debug,'
	@echo '                     debian, debian-6.12, debian-7 or debian-7-rt'
	@echo '  selftest [T=...]   selftests in a debug kernel, T names some of them'
	@echo '  conformance [T=..] a table of what the RFCs demand and of what is proved;'
	@echo '                     T chooses: "V2 QRY-17"'
	@echo '  unit, kunit        tests of the protocol code in userspace, and the same in a'
	@echo '                     kernel [SEED=...]'
	@echo '  model              the state machine against a naive model, a million random'
	@echo '                     steps [SEED=...]; model-mutate: does that notice mistakes?'
	@echo '  model-frames       the same with 100,000 frames and the module [SEED=...]'
	@echo '  fastpath-frames    100,000 frames through fast and filter path [SEED=...]'
	@echo '  fuzz [T=...]       libFuzzer for protocol code and command, what is new is kept'
	@echo '                     [SECONDS=600] for each of wire4 wire6 bpdu fsm host merge'
	@echo '                     args reply [J=1] at a time'
	@echo '  fuzz-vm [SEED=1]   netlink messages and frames that are nearly right, to the module'
	@echo '                     in a debug kernel, for minutes; lines reached by file'
	@echo '  explain-frames     100,000 frames, each asked about before it is sent [SEED=...]'
	@echo '  static, lint       checkpatch, sparse, warnings, shellcheck; coccinelle and'
	@echo '                     the static analyzer of clang'
	@echo '  check-debug        selftests on a kernel with KASAN, lockdep, kmemleak and two'
	@echo '                     processors; every object has to be freed'
	@echo '  check-races        the same on a kernel that looks for data races (KCSAN)'
	@echo '  stress [T=...]     the long form of the stresses, on that kernel: each a thousand'
	@echo '                     times, two minutes at least [SEED=...]'
	@echo '  sweep [SEEDS=N]    races on that kernel, short ones, with N seeds (10) [FROM=1]'
	@echo '  soak               a simulated week of hosts, routers, failures and attacks at random,'
	@echo '                     every frame of every stream is checked [SEED=1]'
	@echo '  soak-month         a quiet month: counters agree, nothing is left [SEED=1]'
	@echo '  soak-hour          an hour of real time under load, stock kernel, two processors'
	@echo '                     [SEED=1]'
	@echo '  check-kernels      selftests on every supported kernel of Debian, other compilers'
	@echo '                     and configurations'
	@echo '  check-harness      tests of the test harness: it has to see every failure'
	@echo 'Measure (Debian; instructions, so the machine may be busy):'
	@echo '  bench              what a frame, a report and a record cost, beside what the'
	@echo '                     bridge alone needs for them; results in build/bench'
	@echo '  bench-quick        a choice of that in a few minutes'
	@echo 'After changing Documentation/netlink/mcsnoop.yaml:'
	@echo '  genl, genl-check   generate from it; prove that nothing is stale'

modules: check-config
	$(MAKE) -C $(KDIR) M=$(top) modules

modules_install:
	$(MAKE) -C $(KDIR) M=$(top) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) \
		modules_install

tool:
	$(MAKE) -C $(top)/tool

install: modules_install
	$(MAKE) -C $(top)/tool install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

check-config:
	@$(top)/scripts/check-config $(KDIR) $(top)/mcsnoop.config

# Sources only, owned by root: objects of another kernel have no business there.
# With DESTDIR, for packages, that is all. This version may be there already.
dkms-install: $(if $(DESTDIR),,check-config dkms-forget)
	rm -rf $(dkms-dir)
	install -d $(dkms-dir)
	cd $(top) && find $(dkms-files) -type f ! -name '*.mod.c' \
		\( -name '*.[ch]' -o ! -path '*/*' \) \
		-exec cp --parents -t $(dkms-dir) {} +
ifeq ($(DESTDIR),)
	dkms add -m mcsnoop -v $(version)
	dkms build -m mcsnoop -v $(version) -k $(KVER)
	dkms install -m mcsnoop -v $(version) -k $(KVER)
endif

dkms-forget:
	@there=$$(dkms status -m mcsnoop -v $(version)) || exit 1; \
	[ -z "$$there" ] || dkms remove -m mcsnoop -v $(version) --all

dkms-remove:
	dkms remove -m mcsnoop -v $(version) --all
	rm -rf $(dkms-dir)

setup:
	@$(top)/scripts/setup

demo: setup
	@$(top)/scripts/demo/run

check: setup
	@$(top)/scripts/check

vm: setup
	@$(top)/scripts/vm/run --tier $(TIER) --timeout 86400 --shell -- \
		/mcs/scripts/playground

selftest: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 1200 -- \
		./run $(T)

conformance: setup
	@$(top)/scripts/conformance --only '$(T)'

unit:
	@$(MAKE) --no-print-directory -C $(top)/selftests/unit check

kunit: setup
	@$(top)/selftests/kunit/run $(SEED)

# T may be several targets
fuzz: setup
	@$(MAKE) --no-print-directory -C $(top)/selftests/fuzz fuzz \
		O=$(top)/build/fuzz T='$(T)' SECONDS=$(or $(SECONDS),600) J=$(or $(J),1)

# build/fuzz-vm/seeds.json keeps the seeds that reached what others had not
fuzz-vm: setup
	@rm -rf $(top)/build/fuzz-vm/out
	@$(top)/scripts/vm/run --tier uml-debug --time sim --gcov --timeout 7200 \
		--out $(top)/build/fuzz-vm/out -- env MCSNOOP_STRESS=long \
		MCSNOOP_SEED=$(or $(SEED),1) ./run fuzz_vm
	@$(top)/scripts/coverage --keep $(top)/build/fuzz-vm/seeds.json \
		--seed $(or $(SEED),1) $(top)/build/fuzz-vm/out/gcov

.PHONY: fuzz fuzz-vm

model:
	@$(top)/selftests/model/compare.py $(SEED:%=--seed %)

model-mutate:
	@$(top)/selftests/model/mutate

model-frames: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 3600 -- \
		env MODEL_STEPS=100000 MODEL_SEED=$(SEED) ./run model_frames

fastpath-frames: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 3600 -- \
		env MCSNOOP_FRAMES=50000 MCSNOOP_SEED=$(SEED) \
		./run fastpath_frames

explain-frames: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 7200 -- \
		env MCSNOOP_QUESTIONS=50000 MCSNOOP_SEED=$(SEED) \
		./run explain_frames

.PHONY: kunit model model-mutate model-frames fastpath-frames explain-frames

check-debug: setup
	@$(top)/scripts/check --debug

check-races: setup
	@$(top)/scripts/check --races

check-kernels: setup
	@$(top)/scripts/check --kernels

# check-debug looks for lost memory after a few rounds of each; not to do so here
# lets a guest do two to three times as many rounds, and the census counts objects
stress: setup
	@$(top)/scripts/vm/run --tier x86-debug --no-kmemleak --timeout 86400 -- env \
		MCSNOOP_STRESS=long MCSNOOP_SEED=$(or $(SEED),1) ./run \
		$(or $(T),stress_links stress_life stress_load)

# what the week and the month cost is a few minutes; their time is simulated
soak: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 7200 -- env \
		MCSNOOP_SOAK=busy:604800 MCSNOOP_SEED=$(or $(SEED),1) ./run soak

soak-month: setup
	@$(top)/scripts/vm/run --tier uml-debug --time sim --timeout 7200 -- env \
		MCSNOOP_SOAK=quiet:2592000 MCSNOOP_SEED=$(or $(SEED),1) ./run soak

soak-hour: setup
	@$(top)/scripts/vm/run --tier debian --smp 2 --timeout 7200 -- env \
		MCSNOOP_SOAK=load:3600 MCSNOOP_SEED=$(or $(SEED),1) ./run soak

.PHONY: soak soak-month soak-hour

sweep: setup
	@$(top)/scripts/vm/sweep --from $(or $(FROM),1) --count $(or $(SEEDS),10) $(T)

.PHONY: check-debug check-races check-kernels stress sweep

static: setup
	@$(top)/scripts/static

lint: setup
	@$(top)/scripts/lint

check-harness: setup
	@$(top)/scripts/vm/selftest

bench: setup
	@$(top)/scripts/bench/run

bench-quick: setup
	@$(top)/scripts/bench/run --quick

.PHONY: bench bench-quick

genl:
	@$(top)/scripts/genl.sh

genl-check:
	@$(top)/scripts/genl.sh --check

clean:
	$(MAKE) -C $(KDIR) M=$(top) clean
	$(MAKE) -C $(top)/tool clean
	rm -rf $(top)/build

.PHONY: all help modules modules_install tool install check-config \
	dkms-install dkms-forget dkms-remove setup demo check vm selftest conformance unit \
	static lint check-harness genl genl-check clean

endif
