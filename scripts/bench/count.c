// SPDX-License-Identifier: GPL-2.0
/*
 * Plugin of qemu's translator: how often each block of code was executed
 * between two marks, which mcs_bench.c sets with instructions that do nothing.
 *
 *	gcc -shared -fPIC -O2 -DVERSION=N -o count.so count.c
 *	qemu-system-x86_64 -plugin count.so,out=FILE ...
 *
 * Every dump is a line "dump", then for each block, in hexadecimal, where it
 * begins, how many instructions it has, how many of them lock the bus, and how
 * often it was executed. VERSION is the plugin interface's, 1 for qemu 7.2.
 * Debian has no header for it; what is needed is declared here.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC		__attribute__((visibility("default")))
#define ROOM		(1u << 20)	/* blocks, a power of two */
#define PROCESSORS	2

/* A long no-op with this displacement; the lowest octet says what to do. */
#define MARK		0x6d637300
#define MARK_BEGIN	1
#define MARK_END	2
#define MARK_DUMP	3
#define MARK_FORGET	4

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct info;

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
		void (*cb)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
		void (*cb)(unsigned int cpu, void *data), int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
		void (*cb)(unsigned int cpu, void *data), int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t i);
#if VERSION < 3
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#else
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *code,
			     size_t size);
#endif
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

PUBLIC int qemu_plugin_version = VERSION;

struct block {
	uint64_t	begin, times;
	uint32_t	insns, locks;
};

static struct block *blocks;
static FILE *out;
static int depth[PROCESSORS];

/* One thread runs all processors: nothing here needs a lock. */
static void executed(unsigned int cpu, void *data)
{
	struct block *b = data;

	if (depth[cpu % PROCESSORS] > 0)
		b->times++;
}

static void dump(void)
{
	fprintf(out, "dump\n");
	for (unsigned int i = 0; i < ROOM; i++)
		if (blocks[i].times)
			fprintf(out, "%" PRIx64 " %x %x %" PRIx64 "\n",
				blocks[i].begin, blocks[i].insns,
				blocks[i].locks, blocks[i].times);
	fflush(out);
}

static void marked(unsigned int cpu, void *data)
{
	switch ((uintptr_t)data) {
	case MARK_BEGIN:
		depth[cpu % PROCESSORS]++;
		break;
	case MARK_END:
		depth[cpu % PROCESSORS]--;
		break;
	case MARK_DUMP:
		dump();
		/* fall through */
	case MARK_FORGET:
		for (unsigned int i = 0; i < ROOM; i++)
			blocks[i].times = 0;
		break;
	}
}

static bool is_lock(const uint8_t *code, size_t size)
{
	while (size && (*code == 0x66 || *code == 0xf2 || *code == 0xf3)) {
		code++;
		size--;
	}
	return size && *code == 0xf0;
}

static void look(struct qemu_plugin_insn *insn, uint32_t *locks)
{
	static const uint8_t nop[] = { 0x0f, 0x1f, 0x80 };
	size_t size = qemu_plugin_insn_size(insn);
#if VERSION < 3
	const uint8_t *code = qemu_plugin_insn_data(insn);
#else
	uint8_t code[16];
#endif
	uint32_t word;

#if VERSION >= 3
	if (size > sizeof(code))
		return;
	qemu_plugin_insn_data(insn, code, size);
#endif
	*locks += is_lock(code, size);
	if (size != sizeof(nop) + sizeof(word) || memcmp(code, nop, sizeof(nop)))
		return;
	memcpy(&word, code + sizeof(nop), sizeof(word));
	if ((word & ~0xffu) == MARK)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marked, 0,
				(void *)(uintptr_t)(word & 0xff));
}

static struct block *find(uint64_t begin, uint32_t insns, uint32_t locks)
{
	uint64_t at = begin * 0x9e3779b97f4a7c15ull >> 40;
	unsigned int tries;

	for (tries = 0; tries < ROOM; tries++, at++) {
		struct block *b = &blocks[at & (ROOM - 1)];

		if (!b->insns)
			*b = (struct block) { begin, 0, insns, locks };
		if (b->begin == begin && b->insns == insns && b->locks == locks)
			return b;
	}
	fprintf(stderr, "count: too many blocks\n");
	abort();
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);
	uint32_t locks = 0;

	for (size_t i = 0; i < insns; i++)
		look(qemu_plugin_tb_get_insn(tb, i), &locks);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0,
			find(qemu_plugin_tb_vaddr(tb), insns, locks));
}

PUBLIC int qemu_plugin_install(uint64_t id, const struct info *info, int argc,
			       char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	blocks = calloc(ROOM, sizeof(*blocks));
	if (!out || !blocks)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
