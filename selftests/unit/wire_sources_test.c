// SPDX-License-Identifier: GPL-2.0
/*
 * Source lists as sets: against a slow and obvious way, in every order, and in
 * orders that a stranger might choose to keep us busy.
 */
#include <time.h>

#include "wire_rig.h"

/* What mcs_wire_sources() is to return, the slow and obvious way. */
static unsigned int naive_sources(const __u8 *srcs, unsigned int n, bool mld,
				  struct in6_addr *out, unsigned int *skipped)
{
	unsigned int kept = 0, i, j;
	struct in6_addr a;

	*skipped = 0;
	for (i = 0; i < n; i++) {
		if (mld)
			memcpy(&a, srcs + 16 * i, 16);
		else
			mcs_addr_from_v4(&a, htonl(rig_get16(srcs + 4 * i) *
						   65536U +
						   rig_get16(srcs + 4 * i +
							     2)));
		if ((mld && mcs_addr_is_v4(&a)) || !mcs_source_is_usable(&a)) {
			++*skipped;
			continue;
		}
		for (j = 0; j < kept && memcmp(&out[j], &a, 16) < 0; j++)
			;
		if (j < kept && !memcmp(&out[j], &a, 16))
			continue;
		memmove(&out[j + 1], &out[j], (kept - j) * sizeof(a));
		out[j] = a;
		kept++;
	}
	return kept;
}

static void check_sources(const __u8 *srcs, unsigned int n, bool mld)
{
	unsigned int skipped, want_skipped, kept, want_kept;
	unsigned int size = n * (mld ? 16 : 4);
	struct in6_addr *out, *want;
	__u8 *exact;

	exact = malloc(size + 1);
	out = malloc(n * sizeof(*out) + !n);
	want = malloc((n + 1) * sizeof(*want));
	memcpy(exact + 1, srcs, size);
	kept = mcs_wire_sources(exact + 1, n, mld, out, &skipped);
	want_kept = naive_sources(srcs, n, mld, want, &want_skipped);
	KTAP_EQ(kept, want_kept);
	KTAP_EQ(skipped, want_skipped);
	if (kept == want_kept)
		KTAP_MEMEQ(out, want, kept * sizeof(*out));
	free(exact);
	free(out);
	free(want);
}

static void test_sources(void)
{
	static const unsigned int spans[] = { 1, 2, 5, 40, 1000, 1000000 };
	unsigned int i, j, k, n, round, alen;
	static __u8 srcs[16 * 512];
	int mld;

	for (mld = 0; mld < 2; mld++) {
		alen = mld ? 16 : 4;
		for (round = 0; round < 3000; round++) {
			n = rnd(round % 10 ? 24 : 512);
			k = spans[rnd(ARRAY_SIZE(spans))];
			ktap_context("round %u, %u of %u", round, n, k);
			for (i = 0; i < n; i++) {
				__u8 *p = srcs + i * alen;
				__u32 v = rnd(k);

				memset(p, 0, alen);
				/* now and then one of any kind */
				p[0] = rnd(20) ? (mld ? 0x20 : 10) : rnd(256);
				if (mld && !rnd(20))
					memcpy(p, "\0\0\0\0\0\0\0\0\0\0\xff\xff",
					       12);
				for (j = 1; j <= 3; j++, v >>= 8)
					p[alen - j] = v;
			}
			check_sources(srcs, n, mld);
		}
	}
}

/* Every order of up to 7 sources, two of them equal in one half of the lists */
static void test_permutations(void)
{
	unsigned int n, code, c, i, equal;
	__u8 srcs[7 * 4];

	for (n = 0; n <= 7; n++) {
		unsigned int total = 1;

		for (i = 2; i <= n; i++)
			total *= i;
		for (code = 0; code < 2 * total; code++) {
			unsigned int left[7] = { 1, 2, 3, 4, 5, 6, 7 };

			c = code / 2;
			equal = code & 1;
			for (i = 0; i < n; i++) {
				unsigned int pick = c % (n - i);

				c /= n - i;
				memcpy(srcs + 4 * i, "\x0a\0\0", 3);
				srcs[4 * i + 3] = equal && left[pick] == 2 ?
						  1 : left[pick];
				memmove(&left[pick], &left[pick + 1],
					(6 - pick) * sizeof(*left));
			}
			ktap_context("%u of %u", code, n);
			check_sources(srcs, n, false);
		}
	}
}

#define MANY	16384

static const char *const orders[] = {
	"ascending", "descending", "equal", "organ pipe", "sawtooth", "random",
};

static void make_order(__u8 *srcs, unsigned int n, unsigned int order)
{
	unsigned int i, v;

	for (i = 0; i < n; i++, srcs += 4) {
		switch (order) {
		case 0:
			v = i;
			break;
		case 1:
			v = n - i;
			break;
		case 2:
			v = 7;
			break;
		case 3:
			v = i < n / 2 ? i : n - i;
			break;
		case 4:
			v = i % 97;
			break;
		default:
			v = rnd(1 << 24);
		}
		srcs[0] = 10;
		srcs[1] = v >> 16;
		srcs[2] = v >> 8;
		srcs[3] = v;
	}
}

/* CPU time of sorting @n sources in ns, the least of some tries. */
static long long sort_time(const __u8 *srcs, unsigned int n)
{
	static struct in6_addr out[MANY];
	long long best = 0, t;
	unsigned int skipped;
	struct timespec a, b;
	int i;

	for (i = 0; i < 9; i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		mcs_wire_sources(srcs, n, false, out, &skipped);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		t = (b.tv_sec - a.tv_sec) * 1000000000LL +
		    b.tv_nsec - a.tv_nsec;
		if (!i || t < best)
			best = t;
	}
	return best;
}

/*
 * A datagram full of sources in an order that is bad for many a sort: right,
 * and in a time that grows with n log n (16 times as many: 22 times as long),
 * not with its square (256 times).
 */
static void test_many_sources(void)
{
	static __u8 srcs[MANY * 4];
	long long small, large;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		ktap_context("%s", orders[i]);
		make_order(srcs, MANY, i);
		check_sources(srcs, MANY, false);
		large = sort_time(srcs, MANY);
		make_order(srcs, MANY / 16, i);
		small = sort_time(srcs, MANY / 16);
		if (large > 80 * small)
			KTAP_FAILED("%u sources: %lld ns, %u sources: %lld ns",
				    MANY / 16, small, MANY, large);
	}
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "PARSE-24 sources against a slow way", test_sources },
		{ "PARSE-24 sources in every order", test_permutations },
		{ "PARSE-24 16384 sources", test_many_sources },
	};

	return KTAP_RUN(cases);
}
