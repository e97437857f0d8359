// SPDX-License-Identifier: GPL-2.0
/* IPv4 datagrams, see wire.h */
#define FUZZ_V6	0

#include "wire.h"
