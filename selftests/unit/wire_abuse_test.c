// SPDX-License-Identifier: GPL-2.0
/*
 * The reference frames cut short, with bits turned over, and with octets at
 * random, in buffers that end where the datagram does. Whatever comes in,
 * nothing outside is read, and what is said of it holds together.
 */
#include "wire_check.h"

static int try_at(const struct datagram *d, unsigned int shift,
		  struct mcs_msg *msg)
{
	int reason = rig_parse_at(d->b, d->len, d->v6, shift, msg);
	const char *fault = fault_of(d, reason, msg);

	if (fault)
		KTAP_FAILED("%s: %s", fault, describe(reason, msg));
	else
		KTAP_CHECK(true);
	return reason;
}

/* No octet of the datagram may be missing. */
static void test_cut(void)
{
	static struct datagram d;
	struct mcs_msg msg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!vector_datagram(&vectors[i], &d))
			continue;
		/* octets behind the datagram are not missed */
		for (; d.len-- > d.end; ) {
			ktap_context("%s, %u", vectors[i].id, d.len);
			KTAP_STREQ(describe(try_at(&d, 0, &msg), &msg),
				   vectors[i].text);
		}
		for (d.len = 0; d.len < d.end; d.len++) {
			ktap_context("%s, %u", vectors[i].id, d.len);
			KTAP_STREQ(describe(try_at(&d, 0, &msg), &msg),
				   "drop-iphdr");
		}
	}
}

/* Each length of the message, as if it had been meant. */
static void test_short(void)
{
	static struct datagram d;
	struct mcs_msg msg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!vector_datagram(&vectors[i], &d))
			continue;
		while (d.end > (d.v6 ? 41 : d.msg)) {
			d.len = --d.end;
			repair(&d);
			ktap_context("%s, %u", vectors[i].id, d.end);
			try_at(&d, 0, &msg);
		}
	}
}

static void test_unaligned(void)
{
	unsigned int i, shift;
	static struct datagram d;
	struct mcs_msg msg;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!vector_datagram(&vectors[i], &d))
			continue;
		for (shift = 0; shift < 16; shift++) {
			ktap_context("%s + %u", vectors[i].id, shift);
			KTAP_STREQ(describe(try_at(&d, shift, &msg), &msg),
				   vectors[i].text);
		}
	}
}

/* Does a refusal or one of the words for frames without meaning come first? */
static bool means_nothing(const char *text)
{
	return !strncmp(text, "drop-", 5) || !strcmp(text, "other") ||
	       !strcmp(text, "data") || !strcmp(text, "fragment");
}

/*
 * A single bit is always noticed by a checksum. Hence a frame with one turned
 * over means what it meant before (when the bit is covered by none), or
 * nothing.
 */
static void test_bits(void)
{
	unsigned int i, bit, same, noticed;
	static struct datagram d;
	struct mcs_msg msg;
	const char *text;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!vector_datagram(&vectors[i], &d) ||
		    means_nothing(vectors[i].text))
			continue;
		same = 0;
		noticed = 0;
		for (bit = 0; bit < 8 * d.len; bit++) {
			d.b[bit / 8] ^= 0x80 >> bit % 8;
			ktap_context("%s, bit %u", vectors[i].id, bit);
			text = describe(try_at(&d, 0, &msg), &msg);
			if (!strcmp(text, vectors[i].text))
				same++;
			else if (means_nothing(text))
				noticed++;
			else
				KTAP_FAILED("%s became %s", vectors[i].text,
					    text);
			d.b[bit / 8] ^= 0x80 >> bit % 8;
		}
		/*
		 * No sum covers padding, nor the traffic class, flow label and
		 * extension header of IPv6.
		 */
		ktap_context("%s", vectors[i].id);
		if (d.v6)
			KTAP_CHECK(same >= 28 && same <= 28 + 2 * 8 + 2 * 8);
		else
			KTAP_EQ(same, 8 * (d.len - d.end));
		KTAP_CHECK(noticed);
	}
}

/* The same with checksums that were made for it. */
static void test_bits_repaired(void)
{
	static struct datagram d, orig;
	struct mcs_msg msg;
	unsigned int i, bit;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!vector_datagram(&vectors[i], &orig))
			continue;
		for (bit = 0; bit < 8 * orig.end; bit++) {
			d = orig;
			d.len = d.end;
			d.b[bit / 8] ^= 0x80 >> bit % 8;
			repair(&d);
			ktap_context("%s, bit %u", vectors[i].id, bit);
			try_at(&d, 0, &msg);
		}
	}
}

/*
 * Lengths, counts and types at random in messages of any length: the checksums
 * are right, so that it is the inner checks that have to hold.
 */
static void test_random(void)
{
	unsigned int counts[MCS_MSG_FRAGMENT + 1] = { 0 };
	unsigned int i, j, n, refused = 0;
	static struct datagram d;
	struct mcs_msg msg;

	for (i = 0; i < 150000; i++) {
		do {
			n = rnd(ARRAY_SIZE(vectors));
		} while (!vector_datagram(&vectors[n], &d));
		if (!rnd(3)) {
			unsigned int more = rnd(rnd(20) ? 64 : 1400);

			for (j = d.end; j < d.end + more; j++)
				d.b[j] = rnd(4) ? rnd(8) : rnd(256);
			d.end += more;
		}
		for (j = rnd(5); j; j--) {
			unsigned int at = rnd(2) ? d.msg + 4 +
					  rnd(d.end - d.msg) : rnd(d.end);

			if (at < d.end)
				d.b[at] = rnd(3) ? rnd(4) : rnd(256);
		}
		d.len = d.end;
		repair(&d);
		ktap_context("%s, try %u", vectors[n].id, i);
		if (try_at(&d, rnd(4), &msg))
			refused++;
		else
			counts[msg.type]++;
	}
	/* it was not all refused at the door */
	ktap_context("random datagrams");
	KTAP_CHECK(refused > 10000);
	KTAP_CHECK(counts[MCS_MSG_QUERY] > 5000);
	KTAP_CHECK(counts[MCS_MSG_RECORDS] > 5000);
	KTAP_CHECK(counts[MCS_MSG_REPORT] > 1000);
	KTAP_CHECK(counts[MCS_MSG_PIM_HELLO] > 100);
	KTAP_CHECK(counts[MCS_MSG_FRAGMENT] > 100);
	printf("# %u refused, %u queries, %u reports, %u with records\n",
	       refused, counts[MCS_MSG_QUERY], counts[MCS_MSG_REPORT],
	       counts[MCS_MSG_RECORDS]);
}

/* Octets that are not even meant to be a datagram. */
static void test_noise(void)
{
	struct mcs_msg msg;
	static struct datagram d;
	unsigned int i, j;

	memset(&d, 0, sizeof(d));
	for (i = 0; i < 50000; i++) {
		d.v6 = rnd(2);
		d.len = rnd(200);
		for (j = 0; j < d.len; j++)
			d.b[j] = rnd(256);
		if (rnd(4))
			d.b[0] = d.v6 ? 0x60 : 0x45 + rnd(11);
		ktap_context("try %u", i);
		try_at(&d, 0, &msg);
	}
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "PARSE-04 MLD-01 datagrams cut short", test_cut },
		{ "messages cut short", test_short },
		{ "unaligned datagrams", test_unaligned },
		{ "PARSE-06 PARSE-12 MLD-04 single bits", test_bits },
		{ "single bits, checksums right", test_bits_repaired },
		{ "random messages", test_random },
		{ "noise", test_noise },
	};

	return KTAP_RUN(cases);
}
