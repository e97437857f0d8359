// SPDX-License-Identifier: GPL-2.0
/*
 * Tables for people: cells are kept until the last one is known, then every
 * column is made as wide as its widest cell. A column without any content
 * is left out. Notes are lines below a row that do not take part in this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define TABLE_COLUMNS	16
#define TABLE_GAP	2
#define NOTE_INDENT	6

enum cell_kind {
	CELL_PLAIN,
	CELL_NOTE,
	CELL_ROW_END,
};

/* One cell, its text is at @start in the pool and ends with a NUL. */
struct cell {
	size_t start;
	uint8_t kind;
	uint8_t color;
};

static struct {
	bool active;
	const char *header[TABLE_COLUMNS];
	bool right[TABLE_COLUMNS];
	unsigned int width[TABLE_COLUMNS];
	unsigned int columns;
	unsigned int column;
	struct cell *cells;
	size_t nr_cells;
	size_t max_cells;
	char *pool;
	size_t pool_len;
	size_t pool_size;
} table;

/* Columns on a terminal: octets that begin a UTF-8 character. */
static unsigned int text_width(const char *s)
{
	unsigned int width = 0;

	for (; *s; s++)
		if ((*s & 0xc0) != 0x80)
			width++;
	return width;
}

static void pool_add(const char *s, size_t len)
{
	if (table.pool_len + len + 1 > table.pool_size) {
		table.pool_size = (table.pool_len + len + 1) * 2;
		table.pool = xrealloc(table.pool, table.pool_size);
	}
	memcpy(table.pool + table.pool_len, s, len);
	table.pool_len += len;
	table.pool[table.pool_len] = '\0';
}

static void cell_begin(enum cell_kind kind)
{
	struct cell *cell;

	if (table.nr_cells == table.max_cells) {
		table.max_cells = table.max_cells ? table.max_cells * 2 : 256;
		table.cells = xrealloc(table.cells, table.max_cells *
						    sizeof(*table.cells));
	}
	/* The NUL of the cell before stays in place. */
	if (table.nr_cells)
		table.pool_len++;
	pool_add("", 0);
	cell = &table.cells[table.nr_cells++];
	cell->start = table.pool_len;
	cell->kind = kind;
	cell->color = C_NONE;
}

/**
 * table_begin - keep all text in cells from now on
 */
void table_begin(void)
{
	memset(&table, 0, sizeof(table));
	table.active = true;
}

/**
 * table_active - whether text goes to cells
 *
 * Return: true between table_begin() and table_end().
 */
bool table_active(void)
{
	return table.active;
}

/**
 * table_cell - begin the next cell of a row
 * @header: what stands above its column
 * @right: align it to the right
 */
void table_cell(const char *header, bool right)
{
	if (table.column == TABLE_COLUMNS)
		return;
	table.header[table.column] = header;
	table.right[table.column] = right;
	table.column++;
	if (table.columns < table.column)
		table.columns = table.column;
	cell_begin(CELL_PLAIN);
}

/**
 * table_cell_color - colour the cell that was begun last
 * @color: one of enum color
 */
void table_cell_color(int color)
{
	if (table.nr_cells)
		table.cells[table.nr_cells - 1].color = color;
}

/**
 * table_note - begin a line below the row
 */
void table_note(void)
{
	cell_begin(CELL_NOTE);
}

/**
 * table_text - add text to the cell that was begun last
 * @s: the text, printable
 */
void table_text(const char *s)
{
	if (table.nr_cells)
		pool_add(s, strlen(s));
}

/**
 * table_row_end - the row and its notes are complete
 */
void table_row_end(void)
{
	cell_begin(CELL_ROW_END);
	table.column = 0;
}

/* Blanks are only printed in front of something: no line ends with them. */
static void print_cell(unsigned int column, const char *s, int color,
		       unsigned int *blanks)
{
	unsigned int pad = table.width[column] - text_width(s);

	if (table.right[column])
		*blanks += pad;
	if (*s) {
		printf("%*s%s%s%s", *blanks, "", color_on(color), s,
		       color_off(color));
		*blanks = 0;
	}
	if (!table.right[column])
		*blanks += pad;
	else if (!*s)
		*blanks += text_width(s);
	*blanks += TABLE_GAP;
}

static void measure(void)
{
	unsigned int column = 0;
	unsigned int width;
	size_t i;

	for (i = 0; i < table.nr_cells; i++) {
		const struct cell *cell = &table.cells[i];

		if (cell->kind == CELL_ROW_END)
			column = 0;
		if (cell->kind != CELL_PLAIN)
			continue;
		width = text_width(table.pool + cell->start);
		if (width > table.width[column])
			table.width[column] = width;
		column++;
	}
	for (column = 0; column < table.columns; column++) {
		width = text_width(table.header[column]);
		if (table.width[column] && table.width[column] < width)
			table.width[column] = width;
	}
}

/**
 * table_end - print the table
 *
 * Nothing at all is printed for a table without rows.
 */
void table_end(void)
{
	unsigned int column = 0;
	unsigned int blanks = 0;
	size_t i;

	table.active = false;
	if (!table.nr_cells)
		return;
	measure();

	for (column = 0; column < table.columns; column++)
		if (table.width[column])
			print_cell(column, table.header[column], C_HEAD,
				   &blanks);
	putchar('\n');

	column = 0;
	blanks = 0;
	for (i = 0; i < table.nr_cells; i++) {
		const struct cell *cell = &table.cells[i];
		const char *s = table.pool + cell->start;

		switch (cell->kind) {
		case CELL_PLAIN:
			if (table.width[column])
				print_cell(column, s, cell->color, &blanks);
			column++;
			break;
		case CELL_NOTE:
			printf("\n%*s%s%s%s", NOTE_INDENT, "",
			       color_on(cell->color), s,
			       color_off(cell->color));
			break;
		case CELL_ROW_END:
			putchar('\n');
			column = 0;
			blanks = 0;
			break;
		}
	}
	free(table.cells);
	free(table.pool);
}
