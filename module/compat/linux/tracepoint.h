/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MCSNOOP_COMPAT_LINUX_TRACEPOINT_H
#define _MCSNOOP_COMPAT_LINUX_TRACEPOINT_H

#include_next <linux/tracepoint.h>

/* older kernels want to be told the string twice */
#ifdef HAVE_ASSIGN_STR_TWICE
#define mcs_assign_str(dst, src)	__assign_str(dst, src)
#else
#define mcs_assign_str(dst, src)					\
	do { (void)(src); __assign_str(dst); } while (0)
#endif

#endif /* _MCSNOOP_COMPAT_LINUX_TRACEPOINT_H */
