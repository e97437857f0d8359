// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what frames cost; for scripts/bench only.
 *
 * Frames are given to a device as if it had received them, with interrupts
 * off, and the time stamp counter is read before and after. In an emulator
 * that counts instructions as time the difference is their number.
 *
 *	/proc/mcs_bench/frames	write: the frames, each after its length as two
 *				octets, high one first; opening forgets old ones
 *	/proc/mcs_bench/run	write a command, read what came of it:
 *
 *	send DEV WARM COUNT	COUNT frames, one after the other and again from
 *				the first, after WARM that do not count; what
 *				counts is the median of batches, which leaves out
 *				that the allocator needs a page now and then
 *	once DEV FIRST COUNT	COUNT frames from number FIRST on, once each, with
 *				pauses that do not count
 *	both DEV DEV2 COUNT	COUNT frames to each, from a processor of its own
 *	sink DEV		nothing but an end for the frames: the sender's cost
 *	floor DEV PORT...	nothing but a clone for each port
 *	free DEV		neither any more
 *	join DEV GROUP		the host becomes a member of a group
 *	leave			of all
 *	forget			what was profiled
 *	dump			it
 *	clock			from here on
 *	clocked			time passes
 *	watch			from here on
 *	watched			the longest that a softirq ran, and that interrupts
 *				were off
 */
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/inetdevice.h>
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/inet.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/sort.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define ROOM		(64 * 1024 * 1024)	/* octets of frames */
#define FRAMES_MAX	(1024 * 1024)
#define HEADROOM	64
#define PORTS_MAX	512
#define BATCH		256		/* frames without a pause */
#define MEDIAN_OF	32		/* batches of frames that are sent */
#define WORDS_MAX	600
#define WATCH_GAP	(20 * NSEC_PER_USEC)

/*
 * A long no-op that says to an emulator with a profiler (../count.c) what
 * follows: 1 begin to count, 2 end, 3 write it down, 4 forget it.
 */
static __always_inline void mark(const u32 what)
{
	asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x6d637300 + %c0" : :
		     "i" (what) : "memory");
}

static u8 *frames;
static u32 *offsets;
static u32 used, nframes;
static bool indexed;
static char answer[256];
static DEFINE_MUTEX(lock);
static struct socket *member;
static u64 clock_begin;

/* what is seen of interrupts, on one processor */
static struct {
	struct tracepoint	*entry, *exit;
	struct hrtimer		timer;
	u64			begin, softirq, off;
	bool			on;
} watch;

/* where the floor sends to */
struct floor {
	unsigned int		n;
	struct net_device	*port[PORTS_MAX];
};

static u32 frame_len(u32 at)
{
	return frames[at] << 8 | frames[at + 1];
}

/* Only what is whole is a frame. */
static void index_frames(void)
{
	u32 at = 0;

	if (indexed)
		return;
	indexed = true;
	nframes = 0;
	while (nframes < FRAMES_MAX && at + 2 <= used &&
	       at + 2 + frame_len(at) <= used) {
		offsets[nframes++] = at;
		at += 2 + frame_len(at);
	}
}

static int frames_open(struct inode *inode, struct file *file)
{
	mutex_lock(&lock);
	used = 0;
	indexed = false;
	mutex_unlock(&lock);
	return 0;
}

static ssize_t frames_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	ssize_t ret = len;

	mutex_lock(&lock);
	if (len > ROOM - used)
		ret = -ENOSPC;
	else if (copy_from_user(frames + used, buf, len))
		ret = -EFAULT;
	else
		used += len;
	indexed = false;
	mutex_unlock(&lock);
	return ret;
}

static const struct proc_ops frames_ops = {
	.proc_open	= frames_open,
	.proc_write	= frames_write,
};

static bool send_one(struct net_device *dev, u32 at)
{
	u32 len = frame_len(at);
	struct sk_buff *skb;

	skb = alloc_skb(HEADROOM + len, GFP_ATOMIC);
	if (!skb)
		return false;
	skb_reserve(skb, HEADROOM);
	skb_put_data(skb, frames + at + 2, len);
	skb->protocol = eth_type_trans(skb, dev);
	netif_receive_skb(skb);
	return true;
}

/* The time that @count frames take, from number @first on, going round. */
static u64 send_batch(struct net_device *dev, u32 first, u32 count)
{
	unsigned long flags;
	u64 begin, end;
	u32 i, n = first % nframes;

	local_bh_disable();
	local_irq_save(flags);
	begin = get_cycles();
	mark(1);
	for (i = 0; i < count; i++) {
		if (!send_one(dev, offsets[n]))
			break;
		if (++n == nframes)
			n = 0;
	}
	mark(2);
	end = get_cycles();
	local_irq_restore(flags);
	local_bh_enable();
	return end - begin;
}

/* What reading the counter costs by itself. */
static u64 nothing(void)
{
	unsigned long flags;
	u64 begin, end;

	local_bh_disable();
	local_irq_save(flags);
	begin = get_cycles();
	mark(1);
	mark(2);
	end = get_cycles();
	local_irq_restore(flags);
	local_bh_enable();
	return end - begin;
}

/* Frames that all devices but @in have sent, a bridge's own not counted. */
static u64 sent_by_others(const struct net_device *in)
{
	struct rtnl_link_stats64 stats;
	struct net_device *dev;
	u64 sum = 0;

	rcu_read_lock();
	for_each_netdev_rcu(&init_net, dev) {
		if (dev == in || netif_is_bridge_master(dev))
			continue;
		dev_get_stats(dev, &stats);
		sum += stats.tx_packets;
	}
	rcu_read_unlock();
	return sum;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int send(struct net_device *dev, u32 warm, u32 count)
{
	u64 cycles[MEDIAN_OF], before, empty = nothing();
	u32 i, n = count / MEDIAN_OF;

	index_frames();
	if (!nframes || !n || count % MEDIAN_OF)
		return -ERANGE;
	send_batch(dev, 0, warm);
	mark(4);
	before = sent_by_others(dev);
	for (i = 0; i < MEDIAN_OF; i++) {
		cycles[i] = send_batch(dev, warm + i * n, n) - empty;
		cond_resched();
	}
	sort(cycles, MEDIAN_OF, sizeof(*cycles), compare, NULL);
	snprintf(answer, sizeof(answer), "cycles %llu frames %u sent %llu\n",
		 cycles[MEDIAN_OF / 2] * MEDIAN_OF, count,
		 sent_by_others(dev) - before);
	return 0;
}

static int once(struct net_device *dev, u32 first, u32 count)
{
	u64 cycles = 0, before, empty = nothing();
	u32 i, n;

	index_frames();
	if (first > nframes || count > nframes - first)
		return -ERANGE;
	before = sent_by_others(dev);
	for (i = 0; i < count; i += n) {
		n = min_t(u32, BATCH, count - i);
		cycles += send_batch(dev, first + i, n) - empty;
		cond_resched();
	}
	snprintf(answer, sizeof(answer), "cycles %llu frames %u sent %llu\n",
		 cycles, count, sent_by_others(dev) - before);
	return 0;
}

/* what one of two processors does */
struct sender {
	struct net_device	*dev;
	u32			count;
	struct completion	*go;
	struct completion	done;
};

static int sender(void *data)
{
	struct sender *s = data;
	u32 i;

	wait_for_completion(s->go);
	for (i = 0; i < s->count; i += BATCH) {
		send_batch(s->dev, i, min_t(u32, BATCH, s->count - i));
		cond_resched();
	}
	complete(&s->done);
	return 0;
}

static int both(struct net_device *one, struct net_device *two, u32 count)
{
	struct task_struct *task[2];
	DECLARE_COMPLETION(go);
	struct sender s[2] = {
		{ .dev = one, .count = count, .go = &go },
		{ .dev = two, .count = count, .go = &go },
	};
	u64 before;
	int i;

	index_frames();
	if (!nframes || num_online_cpus() < 2)
		return -ENODEV;
	for (i = 0; i < 2; i++) {
		init_completion(&s[i].done);
		task[i] = kthread_create_on_cpu(sender, &s[i], i, "bench/%u");
		if (IS_ERR(task[i])) {
			if (i)
				kthread_stop(task[0]);
			return PTR_ERR(task[i]);
		}
	}
	/* each has a warm flow before it counts */
	send_batch(one, 0, BATCH);
	send_batch(two, 0, BATCH);
	mark(4);
	before = sent_by_others(NULL);
	for (i = 0; i < 2; i++)
		wake_up_process(task[i]);
	complete_all(&go);
	for (i = 0; i < 2; i++)
		wait_for_completion(&s[i].done);
	snprintf(answer, sizeof(answer), "cycles 0 frames %u sent %llu\n",
		 2 * count, sent_by_others(NULL) - before);
	return 0;
}

static rx_handler_result_t sink(struct sk_buff **pskb)
{
	consume_skb(*pskb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t floor_send(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb, *copy;
	const struct floor *f;
	unsigned int i;

	f = rcu_dereference(skb->dev->rx_handler_data);
	skb_push(skb, ETH_HLEN);
	for (i = 0; i < f->n; i++) {
		copy = i + 1 < f->n ? skb_clone(skb, GFP_ATOMIC) : skb;
		if (!copy)
			continue;
		copy->dev = f->port[i];
		dev_queue_xmit(copy);
	}
	return RX_HANDLER_CONSUMED;
}

static int set_handler(struct net_device *dev, rx_handler_func_t *handler,
		       void *data)
{
	int err;

	rtnl_lock();
	err = netdev_rx_handler_register(dev, handler, data);
	rtnl_unlock();
	return err;
}

static int __unset_handler(struct net_device *dev)
{
	rx_handler_func_t *handler = rtnl_dereference(dev->rx_handler);
	void *data = rtnl_dereference(dev->rx_handler_data);

	if (handler != sink && handler != floor_send)
		return -ENOENT;
	netdev_rx_handler_unregister(dev);
	synchronize_net();
	kvfree(data);
	return 0;
}

static int unset_handler(struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = __unset_handler(dev);
	rtnl_unlock();
	return err;
}

/* The devices are those of a guest that removes none of them meanwhile. */
static int set_floor(struct net_device *dev, char **ports, unsigned int n)
{
	struct floor *f;
	unsigned int i;
	int err;

	if (!n || n > PORTS_MAX)
		return -EINVAL;
	f = kvcalloc(1, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		f->port[i] = dev_get_by_name(&init_net, ports[i]);
		if (!f->port[i]) {
			kvfree(f);
			return -ENODEV;
		}
		dev_put(f->port[i]);
	}
	f->n = n;
	err = set_handler(dev, floor_send, f);
	if (err)
		kvfree(f);
	return err;
}

static int join(struct net_device *dev, const char *group)
{
	struct ip_mreqn mreq = { .imr_ifindex = dev->ifindex };
	int err;

	if (!in4_pton(group, -1, (u8 *)&mreq.imr_multiaddr, -1, NULL))
		return -EINVAL;
	if (!member) {
		err = sock_create_kern(&init_net, AF_INET, SOCK_DGRAM,
				       IPPROTO_UDP, &member);
		if (err)
			return err;
	}
	rtnl_lock();
	lock_sock(member->sk);
	err = ip_mc_join_group(member->sk, &mreq);
	release_sock(member->sk);
	rtnl_unlock();
	return err;
}

static void leave(void)
{
	if (member)
		sock_release(member);
	member = NULL;
}

static void softirq_entry(void *data, unsigned int vec)
{
	watch.begin = get_cycles();
}

static void softirq_exit(void *data, unsigned int vec)
{
	if (watch.begin)
		watch.softirq = max(watch.softirq,
				    get_cycles() - watch.begin);
}

/* What is late was kept from interrupting. */
static enum hrtimer_restart tick(struct hrtimer *timer)
{
	u64 late = ktime_get_ns() - ktime_to_ns(hrtimer_get_expires(timer));

	watch.off = max(watch.off, late);
	hrtimer_forward_now(timer, ns_to_ktime(WATCH_GAP));
	return HRTIMER_RESTART;
}

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "softirq_entry"))
		watch.entry = tp;
	if (!strcmp(tp->name, "softirq_exit"))
		watch.exit = tp;
}

static int watch_begin(void)
{
	int err;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (watch.on || !watch.entry || !watch.exit)
		return -ENOENT;
	watch.begin = 0;
	watch.softirq = 0;
	watch.off = 0;
	err = tracepoint_probe_register(watch.entry, softirq_entry, NULL);
	if (err)
		return err;
	err = tracepoint_probe_register(watch.exit, softirq_exit, NULL);
	if (err) {
		tracepoint_probe_unregister(watch.entry, softirq_entry, NULL);
		return err;
	}
	hrtimer_init(&watch.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	watch.timer.function = tick;
	hrtimer_start(&watch.timer, ns_to_ktime(WATCH_GAP),
		      HRTIMER_MODE_REL_HARD);
	watch.on = true;
	return 0;
}

static int watch_end(void)
{
	if (!watch.on)
		return -ENOENT;
	hrtimer_cancel(&watch.timer);
	tracepoint_probe_unregister(watch.entry, softirq_entry, NULL);
	tracepoint_probe_unregister(watch.exit, softirq_exit, NULL);
	tracepoint_synchronize_unregister();
	watch.on = false;
	snprintf(answer, sizeof(answer), "softirq %llu off %llu sent 0\n",
		 watch.softirq, watch.off);
	return 0;
}

static int number(const char *word, u32 *value)
{
	return word ? kstrtou32(word, 0, value) : -EINVAL;
}

static int command(char **word, unsigned int n)
{
	struct net_device *dev = NULL, *two;
	u32 a, b;
	int err = -EINVAL;

	if (!strcmp(word[0], "leave")) {
		leave();
		return 0;
	}
	if (!strcmp(word[0], "clock")) {
		clock_begin = get_cycles();
		return 0;
	}
	if (!strcmp(word[0], "clocked")) {
		snprintf(answer, sizeof(answer), "cycles %llu frames 1 sent 0\n",
			 get_cycles() - clock_begin);
		return 0;
	}
	if (!strcmp(word[0], "forget")) {
		mark(4);
		return 0;
	}
	if (!strcmp(word[0], "dump")) {
		mark(3);
		return 0;
	}
	if (!strcmp(word[0], "watch"))
		return watch_begin();
	if (!strcmp(word[0], "watched"))
		return watch_end();
	if (n > 1)
		dev = dev_get_by_name(&init_net, word[1]);
	if (!dev)
		return -ENODEV;
	if (!strcmp(word[0], "send") && n == 4 && !number(word[2], &a) &&
	    !number(word[3], &b)) {
		err = send(dev, a, b);
	} else if (!strcmp(word[0], "once") && n == 4 &&
		   !number(word[2], &a) && !number(word[3], &b)) {
		err = once(dev, a, b);
	} else if (!strcmp(word[0], "both") && n == 4 && !number(word[3], &b)) {
		two = dev_get_by_name(&init_net, word[2]);
		err = two ? both(dev, two, b) : -ENODEV;
		dev_put(two);
	} else if (!strcmp(word[0], "sink")) {
		err = set_handler(dev, sink, NULL);
	} else if (!strcmp(word[0], "floor")) {
		err = set_floor(dev, word + 2, n - 2);
	} else if (!strcmp(word[0], "free")) {
		err = unset_handler(dev);
	} else if (!strcmp(word[0], "join") && n == 3) {
		err = join(dev, word[2]);
	}
	dev_put(dev);
	return err;
}

static ssize_t run_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	char *line, *rest, **word, *w;
	unsigned int n = 0;
	int err = -EINVAL;

	line = memdup_user_nul(buf, len);
	if (IS_ERR(line))
		return PTR_ERR(line);
	word = kcalloc(WORDS_MAX, sizeof(*word), GFP_KERNEL);
	rest = line;
	while (word && n < WORDS_MAX && (w = strsep(&rest, "\n ")))
		if (*w)
			word[n++] = w;
	mutex_lock(&lock);
	*answer = '\0';
	if (n)
		err = command(word, n);
	mutex_unlock(&lock);
	kfree(word);
	kfree(line);
	return err ?: len;
}

static ssize_t run_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	return simple_read_from_buffer(buf, len, pos, answer, strlen(answer));
}

static const struct proc_ops run_ops = {
	.proc_read	= run_read,
	.proc_write	= run_write,
};

static int __init bench_init(void)
{
	frames = vmalloc(ROOM);
	offsets = vmalloc(array_size(FRAMES_MAX, sizeof(*offsets)));
	if (!frames || !offsets)
		goto no_memory;
	if (!proc_mkdir("mcs_bench", NULL))
		goto no_memory;
	proc_create("mcs_bench/frames", 0200, NULL, &frames_ops);
	proc_create("mcs_bench/run", 0600, NULL, &run_ops);
	return 0;

no_memory:
	vfree(offsets);
	vfree(frames);
	return -ENOMEM;
}

static void __exit bench_exit(void)
{
	struct net_device *dev;

	remove_proc_subtree("mcs_bench", NULL);
	watch_end();
	rtnl_lock();
	for_each_netdev(&init_net, dev)
		__unset_handler(dev);
	rtnl_unlock();
	leave();
	vfree(offsets);
	vfree(frames);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counts what frames cost (for mcsnoop's benchmark)");
