// SPDX-License-Identifier: GPL-2.0
/* IPv6 datagrams, see wire.h */
#define FUZZ_V6	1

#include "wire.h"
