/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the mcsnoop command share. Prototypes are grouped by the
 * file that implements them.
 */
#ifndef MCSNOOP_TOOL_H
#define MCSNOOP_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <libmnl/libmnl.h>
#include <linux/mcsnoop.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Exit status of the command. */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

enum color_when {
	COLOR_NEVER,
	COLOR_AUTO,
	COLOR_ALWAYS,
};

enum timestamp {
	TIMESTAMP_NONE,
	TIMESTAMP_LONG,
	TIMESTAMP_SHORT,
};

/**
 * struct options - what was given before the object
 * @json: print JSON
 * @pretty: indent it
 * @details: show what is usually hidden
 * @stats: show ages, counters and per-port numbers
 * @timestamp: put the time in front of events
 * @color: whether to colour text
 */
struct options {
	bool json;
	bool pretty;
	bool details;
	bool stats;
	enum timestamp timestamp;
	enum color_when color;
};

extern struct options opt;

struct object;

/**
 * struct args - the words of the command line not yet looked at
 * @argc: how many
 * @argv: the words
 * @object: the object whose command is running
 * @command: name of that command
 */
struct args {
	int argc;
	char **argv;
	const struct object *object;
	const char *command;
};

/**
 * struct command - something to do with an object
 * @name: what to type
 * @alias: another word for it, or NULL
 * @run: do it, returns the exit status
 */
struct command {
	const char *name;
	const char *alias;
	int (*run)(struct args *args);
};

/**
 * struct object - first word of the command line
 * @name: what to type
 * @usage: text of its help
 * @commands: ends with an entry without a name; the first that is called
 *	"show" runs when no command is given
 * @run: for an object that has no commands
 */
struct object {
	const char *name;
	const char *usage;
	const struct command *commands;
	int (*run)(struct args *args);
};

extern const struct object bridge_object;
extern const struct object vlan_object;
extern const struct object port_object;
extern const struct object group_object;
extern const struct object host_object;
extern const struct object router_object;
extern const struct object querier_object;
extern const struct object filter_object;
extern const struct object stats_object;
extern const struct object monitor_object;
extern const struct object explain_object;
extern const struct object nd_object;
extern const struct object log_object;
extern const struct object mdb_object;
extern const struct object doctor_object;
extern const struct object top_object;

/* params.c */

enum param_type {
	PARAM_DEV,
	PARAM_ENUM,
	PARAM_BOOL,
	PARAM_NUMBER,
	PARAM_TIME,
	PARAM_ADDRESS,
	PARAM_FLAGS,
	PARAM_PREFIX,
	PARAM_MAC,
	PARAM_RANGE,
	PARAM_FAMILY,
	PARAM_WORD,
	PARAM_BARE,
};

/**
 * struct param - a keyword and its value on the command line; bare ones have none
 * @name: the keyword
 * @type: what kind of value follows
 * @required: the command makes no sense without it
 * @attr: attribute that carries the value, 0 for none; the length of a prefix
 *	is in the next one
 * @width: octets of an integer attribute
 * @names: words of an enumeration, or of flags by number of the bit
 * @nr: how many of them are allowed
 * @min: least number
 * @max: greatest number, bits of an address in a range
 * @def: value of a new bridge, for settings
 * @def_word: the same for a range, as it is typed
 */
struct param {
	const char *name;
	enum param_type type;
	bool required;
	uint16_t attr;
	uint8_t width;
	const char *const *names;
	unsigned int nr;
	uint32_t min;
	uint32_t max;
	uint32_t def;
	const char *def_word;
};

/**
 * struct value - what was given for a param
 * @set: it was given
 * @num: number, ifindex, milliseconds, place in the enumeration, flags, length
 *	of a prefix
 * @addr: address, IPv4 is mapped
 * @mac: MAC address
 * @word: as it was typed
 */
struct value {
	bool set;
	uint32_t num;
	struct in6_addr addr;
	uint8_t mac[6];
	const char *word;
};

/* One line of a table of settings; A() makes an attribute of a word. */
#define TIME_SETTING(word, attribute, standard)				\
	{ .name = word, .type = PARAM_TIME, .attr = A(attribute),	\
	  .width = 4, .def = standard }
#define NUMBER_SETTING(word, attribute, octets, least, most, standard)	\
	{ .name = word, .type = PARAM_NUMBER, .attr = A(attribute),	\
	  .width = octets, .min = least, .max = most, .def = standard }
#define BOOL_SETTING(word, attribute, standard)				\
	{ .name = word, .type = PARAM_BOOL, .attr = A(attribute),	\
	  .width = 1, .def = standard }
#define ENUM_SETTING(word, attribute, words, count, standard)		\
	{ .name = word, .type = PARAM_ENUM, .attr = A(attribute),	\
	  .width = 1, .names = words, .nr = count, .def = standard }

#define FLAGS_SETTING(word, attribute, words, count, standard)		\
	{ .name = word, .type = PARAM_FLAGS, .attr = A(attribute),	\
	  .width = 4, .names = words, .nr = count, .def = standard }

/* A range of groups, of addresses with so many bits. */
#define RANGE_SETTING(word, attribute, bits, standard)			\
	{ .name = word, .type = PARAM_RANGE, .attr = A(attribute),	\
	  .max = bits, .def_word = standard }

/* A setting among those that a VLAN has of its own: there are more than 64. */
static inline uint64_t setting_bit(unsigned int attr)
{
	return 1ULL << attr % 64;
}

struct request;
struct messages;

int params_parse(struct args *args, const struct param *params, unsigned int n,
		 unsigned int settings, struct value *values);
int params_read(struct args *args, const struct param *params, unsigned int n,
		unsigned int settings, struct value *values);
int params_devices(const struct param *params, unsigned int n,
		   struct value *values);
void params_put(struct request *req, const struct param *params,
		unsigned int n, const struct value *values);
int params_do(struct args *args, const struct param *params, unsigned int n,
	      unsigned int settings, uint8_t cmd);
int params_dump(struct args *args, const struct param *params, unsigned int n,
		uint8_t cmd, struct value *values, struct messages *msgs);
const char *param_name(const struct param *params, unsigned int n,
		       uint16_t attr);
int usage_error(const struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool is_prefix(const char *word, const char *of);

/* settings.c */

void settings_print(const struct nlattr **tb, const struct param *params,
		    unsigned int n, uint64_t shown, unsigned int indent);

/* parse.c */

bool parse_number(const char *word, uint32_t *num);
const char *parse_time(const char *word, uint32_t *ms);
bool parse_address(const char *word, struct in6_addr *addr);
bool parse_mac(const char *word, uint8_t *mac);
bool parse_prefix(const char *word, struct in6_addr *addr, uint32_t *len);
bool parse_range(const char *word, unsigned int bits, struct in6_addr *addr,
		 uint32_t *len);

/* names.c */

const char *ifindex_name(uint32_t ifindex);
void ifnames_expire(void);
int netns_enter(const char *name);
const char *family_name(unsigned int family);
const char *enum_name(const char *const *names, unsigned int nr,
		      unsigned int value);

const char *filter_mode_name(unsigned int value);
const char *source_state_name(unsigned int value);
const char *querier_state_name(unsigned int value);
const char *pruning_name(unsigned int value);
const char *router_type_name(unsigned int value);
const char *cause_name(unsigned int value);
const char *log_event_name(unsigned int value);
const char *flood_cause_name(unsigned int value);
const char *filter_kind_name(unsigned int value);
const char *filter_action_name(unsigned int value);
const char *router_mode_name(unsigned int value);
const char *unregistered_name(unsigned int value);
const char *rule_name(unsigned int value);
const char *obstacle_name(unsigned int value);
const char *stp_state_name(unsigned int value);
const char *mode_name(unsigned int value);
const char *nd_state_name(unsigned int value);
const char *fastpath_state_name(unsigned int value);
unsigned int counter_nr(void);
const char *counter_name(unsigned int id);
const char *counter_doc(unsigned int id);

/* genl.c */

/**
 * struct messages - messages of a reply, one after the other
 * @buf: the messages, aligned as netlink aligns them
 * @len: octets in use
 * @size: octets allocated
 */
struct messages {
	char *buf;
	size_t len;
	size_t size;
};

/**
 * struct request - a message to the kernel being built
 * @nlh: the message
 * @params: names of the attributes, for messages about errors
 * @nr_params: how many
 * @buf: room for the message, also for one with 4096 sources
 */
struct request {
	struct nlmsghdr *nlh;
	const struct param *params;
	unsigned int nr_params;
	char buf[192 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));
};

struct mnl_socket *socket_open(int bus);
int genl_open(void);
void genl_close(void);
void request_init(struct request *req, uint8_t cmd);
int genl_do(struct request *req, struct messages *reply);
int genl_try(struct request *req);
int genl_say(const struct request *req, int error);
int genl_dump(struct request *req, struct messages *reply);
int genl_subscribe(void);
int genl_subscribe_log(void);
int genl_receive(struct messages *msgs, bool wait, uint32_t *lost);

const struct nlmsghdr *message_next(const struct messages *msgs,
				    const struct nlmsghdr *prev);
uint8_t message_cmd(const struct nlmsghdr *nlh);
void messages_add(struct messages *msgs, const struct nlmsghdr *nlh);
void messages_free(struct messages *msgs);

/* attr.c */

void attrs_parse(const struct nlmsghdr *nlh, const struct nlattr **tb,
		 unsigned int max);
void attrs_parse_nested(const struct nlattr *nest, const struct nlattr **tb,
			unsigned int max);
const struct nlattr *attr_next_of_type(const struct nlmsghdr *nlh,
				       const struct nlattr *prev,
				       uint16_t type);
uint64_t attr_uint(const struct nlattr *attr);
bool attr_address(const struct nlattr *attr, struct in6_addr *addr);
bool attr_mac(const struct nlattr *attr, uint8_t *mac);

/* evidence.c */

/**
 * struct evidence - what pruning in one or several VLANs and families rests on
 * @observe: it is only observed
 * @reports: how many were heard
 * @since: how long pruning has been what it is, ms
 * @asked: members were asked
 * @query_seen: how long ago, ms
 * @reported: a report was heard
 * @report_seen: how long ago, ms
 */
struct evidence {
	bool observe;
	uint32_t reports;
	uint64_t since;
	bool asked;
	uint64_t query_seen;
	bool reported;
	uint64_t report_seen;
};

void evidence_read(const struct nlattr **tb, struct evidence *e);
void evidence_add(struct evidence *e, const struct evidence *more);
void evidence_print(const struct evidence *e);

/* json.c */

void json_open(const char *key, char bracket);
void json_close(char bracket);
void json_string(const char *key, const char *s);
void json_word(const char *key, const char *s);
void json_newline(void);
unsigned int utf8_len(const unsigned char *s);

/* prometheus.c */

int prometheus_print(const struct messages *stats, uint32_t dev, uint32_t port);

/* table.c */

void table_begin(void);
void table_end(void);
bool table_active(void);
void table_cell(const char *header, bool right);
void table_cell_color(int color);
void table_note(void);
void table_text(const char *s);
void table_row_end(void);

/* print.c */

/* Where a value goes. */
enum where {
	IN_TEXT = 1,
	IN_JSON = 2,
	IN_BOTH = 3,
};

enum color {
	C_NONE,
	C_HEAD,
	C_DEV,
	C_IPV4,
	C_IPV6,
	C_GOOD,
	C_WARN,
	C_BAD,
	C_DIM,
};

#define TIME_LEN	32

void print_init(void);
const char *color_on(enum color color);
const char *color_off(enum color color);

void show_begin(bool table);
void show_end(void);
void row_begin(void);
void row_end(void);
void column(const char *header, const char *prefix);
void column_right(const char *header, const char *prefix);
void note(void);

void open_list(const char *key);
void close_list(void);
void open_object(const char *key);
void close_object(void);

void paint(enum color color);
void text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void put_str(enum where where, const char *key, const char *s);
void put_uint(enum where where, const char *key, uint64_t num);
void put_bool(enum where where, const char *key, bool on);
void put_ms(enum where where, const char *key, uint64_t ms);
void put_interval(enum where where, const char *key, uint64_t ms);
void put_addr(enum where where, const char *key, const struct in6_addr *addr,
	      bool v6);
void put_prefix(enum where where, const char *key, const struct in6_addr *addr,
		unsigned int len);
void put_mac(enum where where, const char *key, const uint8_t *mac);
void put_dev(enum where where, const char *key, uint32_t ifindex);
void put_cause(const struct nlattr *attr);

bool addr_is_v4(const struct in6_addr *addr);
const char *addr_text(const struct in6_addr *addr, bool v6, char *buf,
		      size_t len);
const char *time_text(uint64_t ms, char *buf);
const char *interval_text(uint64_t ms, char *buf);

/* events: one line of text or one JSON object each, see monitor.c */

void bridge_print(const struct nlmsghdr *nlh, const struct messages *queriers,
		  const struct messages *stats);
void vlan_print(const struct nlmsghdr *nlh, const struct messages *queriers,
		bool show_dev);
void port_print(const struct nlmsghdr *nlh, bool show_dev);
void group_print(const struct messages *msgs, const struct nlmsghdr *first,
		 unsigned int nr, bool show_dev);
void router_print(const struct nlmsghdr *nlh, bool show_dev);
void querier_print(const struct nlmsghdr *nlh, bool show_dev);
void filter_print(const struct nlmsghdr *nlh, bool show_dev);

/* main.c */

void *xrealloc(void *old, size_t size);

#endif /* MCSNOOP_TOOL_H */
