// SPDX-License-Identifier: GPL-2.0
/*
 * seeds DIR: the reference frames, and the datagrams of the tables that the unit
 * tests are made of, as inputs: DIR/TARGET/NAME.
 */
#include <errno.h>
#include <sys/stat.h>

#include "wire_check.h"
#include "wire_rows6.h"

static const char *const bpdus[] = {
	"424203 0000 00 80",
	"424203 0000 00 00 01 8000020000000001 00000000 8000020000000001 8001"
	" 0100 1400 0200 0f00",
	"424203 0000 02 02 3d 8000020000000001 00000000 8000020000000001 8001"
	" 0100 1400 0200 0f00 00",
};

static void write_seed(const char *dir, const char *target, const char *kind,
		       unsigned int n, const __u8 *octets, unsigned int len)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, target);
	if (mkdir(path, 0777) && errno != EEXIST)
		RIG_DIE("%s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s/%s-%u", dir, target, kind, n);
	out = fopen(path, "w");
	if (!out || fwrite(octets, 1, len, out) != len || fclose(out))
		RIG_DIE("%s: %s", path, strerror(errno));
}

static void write_datagram(const char *dir, const char *kind, unsigned int n,
			   const struct datagram *d)
{
	write_seed(dir, d->v6 ? "wire6" : "wire4", kind, n, d->b, d->len);
}

static void write_rows(const char *dir, const char *kind,
		       const struct row *row, unsigned int n)
{
	static struct datagram d;
	unsigned int i;

	for (i = 0; i < n; i++) {
		rig_make(&d, row[i].header, row[i].message);
		if (d.len < 2048)
			write_datagram(dir, kind, i, &d);
	}
}

int main(int argc, char **argv)
{
	static struct datagram d;
	unsigned int i, len;

	if (argc != 2)
		RIG_DIE("usage: %s DIR", argv[0]);
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		if (vector_datagram(&vectors[i], &d))
			write_datagram(argv[1], "vector", i, &d);
	write_rows(argv[1], "row", rows, ARRAY_SIZE(rows));
	write_rows(argv[1], "row6", rows6, ARRAY_SIZE(rows6));
	for (i = 0; i < ARRAY_SIZE(bpdus); i++) {
		len = rig_octets(d.b, bpdus[i]);
		write_seed(argv[1], "bpdu", "frame", i, d.b, len);
	}
	return 0;
}
