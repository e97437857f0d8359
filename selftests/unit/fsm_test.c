// SPDX-License-Identifier: GPL-2.0
/*
 * The group record state machine against the rules of RFC 2236 section 7,
 * RFC 3376 sections 6 and 7.3.2 and RFC 3810 sections 7 and 8.3.2, as scripts:
 * see fsm_rig.h for their language. Names start with the rule they check.
 * fsm_random.h adds a long random walk.
 */
#include "fsm_rig.h"
#include "fsm_random.h"

struct script {
	const char	*name;
	const char	*text;
};

/* States that many scripts start from */
#define IN_12	"set IN 1@100 2@100\n"
#define EX_1234	"set EX T200 1@100 2@100 3! 4!\n"

static const struct script scripts[] = {
	/* the action tables, one row each */
	{ "V3-11 IN IS_IN", IN_12
	  "IS_IN 2,3\n! changed\n= IN 1@100 2@260 3@260\n? -" },
	{ "V3-12 IN IS_EX", IN_12
	  "IS_EX 2,3\n! changed\n= EX T260 2@100 3!\n? -" },
	{ "V3-13 EX IS_IN", EX_1234
	  "IS_IN 2,4,5\n! changed\n= EX T200 1@100 2@260 3! 4@260 5@260\n? -" },
	{ "V3-14 EX IS_EX", EX_1234
	  "IS_EX 2,4,5\n! changed\n= EX T260 2@100 4! 5@260\n? -" },
	{ "V3-15 IN ALLOW", IN_12
	  "ALLOW 2,3\n! changed\n= IN 1@100 2@260 3@260\n? -" },
	{ "V3-16 IN BLOCK", IN_12
	  "BLOCK 2,3\n! -\n= IN 1@100 2@2*1 >1\n? 0:{2}\n"
	  "+1.5\n= IN 1@100 2@2\n? 1:{2}\n"
	  "+0.5\n! changed\n= IN 1@100\n? -" },
	{ "V3-17 IN TO_EX", IN_12
	  "TO_EX 2,3\n! changed\n= EX T260 2@2*1 3! >1\n? 0:{2}\n"
	  "+2\n= EX T260 2! 3!\n? 1:{2}" },
	{ "V3-18 IN TO_IN", IN_12
	  "TO_IN 2,3\n! changed\n= IN 1@2*1 2@260 3@260 >1\n? 0:{1}\n"
	  "+2\n= IN 2@260 3@260\n? 1:{1}" },
	{ "V3-19 EX ALLOW", EX_1234
	  "ALLOW 2,4,5\n! changed\n= EX T200 1@100 2@260 3! 4@260 5@260\n? -" },
	{ "V3-20 EX BLOCK", EX_1234
	  "BLOCK 2,4,5\n! changed\n"
	  "= EX T200 1@100 2@2*1 3! 4! 5@2*1 >1\n? 0:{2,5}\n"
	  "+2\n= EX T200 1@100 2! 3! 4! 5!\n? 1:{2,5}" },
	{ "V3-21 EX TO_EX", EX_1234
	  "TO_EX 2,4,5\n! changed\n= EX T260 2@2*1 4! 5@2*1 >1\n? 0:{2,5}\n"
	  "+2\n= EX T260 2! 4! 5!\n? 1:{2,5}" },
	{ "V3-22 EX TO_IN", EX_1234
	  "TO_IN 2,4,5\n! changed\n"
	  "= EX T2 1@2*1 2@260 3! 4@260 5@260 >1 G*1\n? 0:G 0:{1}\n"
	  "+2\n! changed\n= IN 2@260 4@260 5@260\n? 1:G 1:{1}" },

	/* the life of a record */
	{ "V3-01 no record without interest",
	  "IS_IN\n! gone\nALLOW\n! gone\nTO_IN\n! gone\nBLOCK\n! gone\n"
	  "BLOCK 1\n! gone\nleave\n! gone\n= -\n? -" },
	{ "V3-01 first records",
	  "ALLOW 2,7\n! changed\n= IN 2@260 7@260\nTO_IN\n+2\n= -\n"
	  "? 0:{2,7} 1:{2,7}\nTO_IN 3\n= IN 3@262\n? -" },
	{ "V3-01 first record in exclude mode",
	  "TO_EX 1\n! changed\n= EX T260 1!\n? -" },
	{ "V3-02 no group timer in include mode",
	  "IS_EX\n= EX T260\nALLOW 1\n+259\nALLOW 1\n+1\n= IN 1@519" },
	{ "V3-03 include: a source runs out",
	  "ALLOW 1\n+1\nALLOW 2\n= IN 1@260 2@261\n+258.999999999\n"
	  "= IN 1@260 2@261\n+0.000000001\n! changed\n= IN 2@261\n"
	  "+1\n! changed gone\n= -\n? -" },
	{ "V3-04 exclude: a source runs out", "set EX T260 1@100\n"
	  "BLOCK 1\n= EX T260 1@2*1 >1\n+1.999999999\n= EX T260 1@2\n"
	  "+0.000000001\n! changed\n= EX T260 1!\n? 0:{1} 1:{1}" },
	{ "V3-05 exclude: the group runs out",
	  "set EX T10 1@20 2@30 3! 4!\n+9.999999999\n"
	  "= EX T10 1@20 2@30 3! 4!\n+0.000000001\n! changed\n"
	  "= IN 1@20 2@30" },
	{ "V3-05 exclude: the group runs out, nothing left",
	  "set EX T10 3!\n+10\n! changed gone\n= -" },
	{ "V3-05 pending group queries end with it",
	  "set EX T1 1@9*1 >3 G*1\n+1\n= IN 1@9*1 >3\n+2\n? 3:S{1}\n= IN 1@9" },
	{ "V3-05 no round is left behind",
	  "set EX T1 1@9 >3 G*1\n+1\n= IN 1@9\n+2\n? -" },
	{ "V3-06 equal deadlines", "set EX T100 1@100 2@100\n"
	  "TO_IN 2\n= EX T2 1@2*1 2@260 >1 G*1\n? 0:G 0:{1}\n"
	  "+2\n= IN 2@260\n? 1:G 1:{1}" },
	{ "V3-06 all at once", "set EX T5 1@5 2@5 3! 4@5\n+5\n! changed gone\n= -" },
	{ "V3-07 a leave raises nothing", "set EX T0.1 1@0.1 2@2\n"
	  "TO_IN\n= EX T0.1 1@0.1 2@2 >1 G*1\n? 0:G" },
	{ "V3-07 a query raises nothing", "set EX T1 1@0.5 2@2 3!\n"
	  "gsq 1\nlowered 0\ngssq 2 1,2,3\nlowered 0\n"
	  "= EX T1 1@0.5 2@2 3!" },
	{ "V3-23 blocked stays blocked", EX_1234
	  "BLOCK 3\n! -\nBLOCK 3,4\n! -\n= EX T200 1@100 2@100 3! 4!\n? -\n"
	  "TO_EX 3\n! changed\n= EX T260 3!\n? -" },
	{ "V3-24 TO_EX takes the old group timer", "set EX T1\n"
	  "TO_EX 9\n= EX T260 9@1\n? -\n+1\n= EX T260 9!" },
	{ "V3-24 so does BLOCK", "set EX T1.5\n"
	  "BLOCK 9\n! changed\n= EX T1.5 9@1.5\n? -\n+1.5\n= -" },
	{ "V3-26 IS_EX asks nothing", "set EX T50 1@1 2@90 3!\n"
	  "IS_EX 1,2,3\n! -\n= EX T260 1@1 2@90 3!\n? -" },
	{ "V3-27 leave in exclude mode", "set EX T100 1@100\n"
	  "TO_IN\n! -\n? 0:G 0:{1}\n+2\n! changed gone\n= -\n? 1:G 1:{1}" },
	{ "V3-27 leave in include mode", IN_12
	  "TO_IN\n! -\n? 0:{1,2}\n+2\n= -\n? 1:{1,2}" },
	{ "an unknown record type", EX_1234
	  "none 1,2\n! -\n7 1,9\n! -\n255 1,9\n! -\n"
	  "= EX T200 1@100 2@100 3! 4!\n? -" },
	{ "timers alone are no change", "set IN 1@100 2@100\n"
	  "IS_IN 1,2\n! -\n= IN 1@260 2@260\n" EX_1234
	  "IS_EX 1,2,3,4\n! -\nALLOW 1\n! -\n= EX T260 1@260 2@100 3! 4!" },
	{ "a source that changes sides is a change", EX_1234
	  "ALLOW 3\n! changed\n= EX T200 1@100 2@100 3@260 4!" },

	/* older hosts */
	{ "CMP-01 versions of the hosts",
	  "hosts 3\nreport 2\nhosts 2\n+1\nreport 1\nhosts 1\n"
	  "+100\nreport 2\nhosts 1\n+149.999999999\nhosts 1\n"
	  "+0.000000001\nhosts 2\n+99.999999999\nhosts 2\n"
	  "+0.000000001\nhosts 3\n= EX T361" },
	{ "CMP-02 an older report is IS_EX({})", "set IN 1@100\n"
	  "report 2\n! changed\n= EX T260\n? -" },
	{ "CMP-03 IGMPv2: BLOCK and lists are ignored",
	  "report 2\nALLOW 1\n= EX T260 1@260\n+1\n"
	  "BLOCK 1,2\n! -\n= EX T260 1@260\n? -\n"
	  "TO_EX 1,2\n! changed\n= EX T261\n? -" },
	{ "CMP-03 IGMPv2: the other records count",
	  "report 2\nIS_IN 1\nALLOW 2\n= EX T260 1@260 2@260\n"
	  "TO_IN 2\n= EX T2 1@2*1 2@260 >1 G*1\n? 0:G 0:{1}" },
	{ "CMP-04 IGMPv1: leaves are ignored",
	  "leaves 1\nreport 1\nleaves 0\nleave\n! -\nTO_IN 1\n! -\n"
	  "BLOCK 1\n! -\n= EX T260\n? -\n"
	  "IS_IN 1\nALLOW 2\n= EX T260 1@260 2@260\n"
	  "TO_IN 3\n! -\nTO_EX 1\n= EX T260\n? -" },
	{ "CMP-04 until the last IGMPv1 host is forgotten",
	  "report 1\n+250\nleaves 1\nleave\n= EX T252 >251 G*1\n? 250:G" },
	{ "CMP-05 lists of IS_EX are ignored as well",
	  "report 2\nIS_EX 1,2\n! -\n= EX T260\n? -" },
	{ "CMP-06 back to IGMPv3",
	  "report 2\n+10\nIS_EX 1\n= EX T270\n+240\nIS_EX 1\n"
	  "= EX T510 1@510\n+200\nIS_EX 1\n= EX T710 1@510\n+60\n"
	  "= EX T710 1!\n? -" },
	{ "CMP-07 our queries do not change with the hosts",
	  "report 2\nALLOW 1\nTO_IN 2\n? 0:G 0:{1}" },
	{ "CMP-08 MLD", "param mld 1\nparam version 2\nhosts 2\n"
	  "report 1\nhosts 1\nleaves 1\n= EX T260\nALLOW 1\nBLOCK 1\n! -\n"
	  "= EX T260 1@260\nTO_EX 1,2\n= EX T260\nIS_EX 3\n= EX T260\n? -\n"
	  "leave\n= EX T2 >1 G*1\n? 0:G" },
	{ "CMP-08 MLD: one timer", "param mld 1\nparam version 2\n"
	  "report 2\nhosts 2\nreport 1\n+249.999999999\nhosts 1\n"
	  "+0.000000001\nhosts 2" },
	{ "CMP-09 an older leave from an IGMPv3 group",
	  "IS_EX\nleave\n= EX T2 >1 G*1\n? 0:G" },
	{ "a report of the current version arms no older timer",
	  "report 3\nhosts 3\n= EX T260" },

	/* RFC 2236 */
	{ "V2-01 first report", "param version 2\n"
	  "report 2\n! changed\n= EX T260\n? -" },
	{ "V2-02 further report", "param version 2\n"
	  "report 2\n+5\nreport 2\n! -\n= EX T265\n? -" },
	{ "V2-03 version 1 report ends a check", "param version 2\n"
	  "report 2\nleave\n+0.5\nreport 1\n= EX T260.5\nhosts 1\n? 0:G\n"
	  "+9\n? -" },
	{ "V2-04 version 2 report with version 1 hosts", "param version 2\n"
	  "report 1\n+2\nreport 2\n= EX T262\nhosts 1\n"
	  "+247.999999999\nhosts 1\n+0.000000001\nhosts 2" },
	{ "V2-05 leave with version 1 hosts", "param version 2\n"
	  "report 1\nleave\n! -\n= EX T260\n? -" },
	{ "V2-06 version 1 hosts are forgotten", "param version 2\n"
	  "report 1\n+250\nhosts 3\n= EX T260" },
	{ "V2-07 leave", "param version 2\nreport 2\n+10\n"
	  "leave\n! -\n= EX T12 >11 G*1\n? 10:G\n+1\n= EX T12\n? 11:G\n"
	  "+0.999999999\n= EX T12\n+0.000000001\n! changed gone\n= -\n? -" },
	{ "V2-07 further leaves while checking", "param version 2\n"
	  "report 2\nleave\n+0.5\nleave\n= EX T2 >1 G*1\n+1.5\n= -\n"
	  "? 0:G 1:G" },
	{ "V2-08 a report while checking, version 2", "param version 2\n"
	  "report 2\nleave\n+0.5\nreport 2\n! -\n= EX T260.5\n? 0:G\n"
	  "+9\n? -" },
	{ "V2-08 a report while checking, version 3",
	  "report 2\nleave\n+0.5\nreport 2\n= EX T260.5 >1 G*1\n? 0:G\n"
	  "+9\n= EX T260.5\n? 1:GS" },
	{ "V2-08 a report while checking, MLDv1",
	  "param mld 1\nparam version 1\n"
	  "report 1\nleave\n+0.5\nIS_EX 1\n= EX T260.5\n? 0:G\n+9\n? -" },
	{ "V2-09 the end", "param version 2\nreport 2\n+260\n"
	  "! changed gone\n= -\n+9\n? -" },
	{ "V2-10 not the querier", "param version 2\nparam querier 0\n"
	  "report 1\nhosts 1\n+1\nreport 2\nleave\n= EX T261\n? -\n"
	  "param querier 1\nleaves 0" },
	{ "V2-11 a query of another", "param querier 0\nreport 2\n"
	  "gsq 2\nlowered 1\n= EX T2\n+2\n= -\n? -" },
	{ "V2-12 leave without members", "param version 2\n"
	  "leave\n! gone\n? -" },
	{ "V2-13 a check outlives the election",
	  "report 2\nleave\nparam querier 0\n+2\n= -\n? 0:G 1:G" },
	{ "V2-15 IGMPv1 querier", "param version 1\nleaves 0\n"
	  "IS_EX\nleave\n! -\nTO_IN\n! -\n= EX T260\n+1\nTO_IN 1\n"
	  "= EX T261\n? -" },
	{ "V2-15 a check that an IGMPv1 querier cannot finish",
	  "IS_EX\nleave\n? 0:G\nparam version 1\n+1\n= EX T2\n? -" },

	/* specific queries */
	{ "QRY-17 group-specific query",
	  "IS_EX\nTO_IN\n= EX T2 >1 G*1\n? 0:G\n+2\n= -\n? 1:G" },
	{ "QRY-17 asked again",
	  "IS_EX\nleave\n+0.5\nleave\n= EX T2 >1.5 G*1\n? 0:G 0.5:G\n"
	  "+1.5\n= -\n? 1.5:G" },
	{ "QRY-18 S flag by the group timer",
	  "IS_EX\nleave\n+0.5\nIS_EX\n+9\n? 0:G 1:GS" },
	{ "QRY-18 boundary", "set EX T2 >0 G*2\n+0\n? 0:G\n"
	  "set EX T2.000000001 >0 G*1\n+0\n? 0:GS" },
	{ "QRY-19 sources above the Last Member Query Time",
	  "set IN 1@2 2@2.000000001 3@1\n"
	  "BLOCK 1,2,3\n= IN 1@2 2@2*1 3@1 >1\n? 0:{2}" },
	{ "QRY-19 nothing above it, nothing asked", "set IN 1@2 3@1\n"
	  "BLOCK 1,3\n! -\n= IN 1@2 3@1\n? -" },
	{ "QRY-20 answered and not answered", "set IN 1@100 2@100\n"
	  "BLOCK 1,2\n+0.5\nALLOW 1\n= IN 1@260.5*1 2@2*1 >1\n+0.5\n"
	  "= IN 1@260.5 2@2\n? 0:{1,2} 1:S{1} 1:{2}" },
	{ "QRY-20 boundary", "set IN 1@7*1 2@7.000000001*1 >5\n"
	  "+4.999999999\n? -\n+0.000000001\n? 5:S{2} 5:{1}" },
	{ "QRY-20 all answered", "set IN 1@100 2@100\n"
	  "BLOCK 1,2\nALLOW 1,2\n+5\n? 0:{1,2} 1:S{1,2}\n"
	  "= IN 1@260 2@260" },
	{ "QRY-21 merged rounds", "set IN 1@100 2@100\n"
	  "BLOCK 1\n+0.3\nBLOCK 2\n= IN 1@2 2@2.3*1 >1.3\n"
	  "+9\n= -\n? 0:{1} 0.3:{1,2} 1.3:{2}" },
	{ "QRY-21 a group query replaces the S flag one",
	  "set EX T100 1@100 2@100\n"
	  "TO_IN\n+0.5\nALLOW 1\n+0.5\n= EX T2 1@260.5 2@2\n+9\n"
	  "= IN 1@260.5\n? 0:G 0:{1,2} 1:G 1:{2}" },
	{ "QRY-21 a group query with the S flag does so, too",
	  "set EX T100 1@100 2@100\n"
	  "TO_IN\n+0.5\nALLOW 1\nIS_EX 1,2\n+0.5\n"
	  "= EX T260.5 1@260.5 2@2\n? 0:G 0:{1,2} 1:GS 1:{2}" },
	{ "QRY-21 a deleted source is not asked for", IN_12
	  "BLOCK 1,2\nIS_EX 2\n= EX T260 2@2*1 >1\n+1\n? 0:{1,2} 1:{2}\n"
	  IN_12 "BLOCK 1\n? 1:{1}\nIS_EX\n= EX T261\n+5\n? -" },
	{ "QRY-21 three rounds", "param lmqc 3\nparam lmqi 0.5\n" IN_12
	  "BLOCK 1\n+0.75\nBLOCK 1,2\n+9\n= -\n"
	  "? 0:{1} 0.5:{1} 0.75:{1,2} 1.25:{2} 1.75:{2}" },
	{ "QRY-23 not the querier, include", "param querier 0\n" IN_12
	  "BLOCK 2,3\n! -\n= IN 1@100 2@100\n"
	  "TO_IN 2,3\n= IN 1@100 2@260 3@260\n"
	  "TO_EX 2,4\n= EX T260 2@260 4!\n? -" },
	{ "QRY-23 not the querier, exclude", "param querier 0\n" EX_1234
	  "TO_IN 2,4,5\n= EX T200 1@100 2@260 3! 4@260 5@260\n" EX_1234
	  "BLOCK 2,4,5\n= EX T200 1@100 2@100 3! 4! 5@200\n" EX_1234
	  "TO_EX 2,4,5\n= EX T260 2@100 4! 5@200\n? -\n+9\n? -" },
	{ "QRY-24 group-specific query of another",
	  "set EX T100 1@100 2! 3@1\n"
	  "gsq 2\nlowered 1\n= EX T2 1@100 2! 3@1\n+2\n= IN 1@100\n"
	  "gsq 2\nlowered 0\n= IN 1@100\n? -" },
	{ "QRY-24 group-and-source-specific query of another",
	  "set IN 1@260 2@260 3@260\n"
	  "gssq 49.6 1,2\nlowered 1\n= IN 1@49.6 2@49.6 3@260\n"
	  "gssq 1 4,5\nlowered 0\ngssq 1 0,3,4\nlowered 1\n"
	  "= IN 1@49.6 2@49.6 3@1\n? -" },
	{ "QRY-24 sources that are blocked are not started",
	  "set EX T100 1@100 2!\n"
	  "gssq 2 1,2\nlowered 1\n= EX T100 1@2 2!\ngssq 2 2\nlowered 0" },
	{ "QRY-26 IGMPv2 querier: interest joins", "param version 2\n"
	  "IS_IN\n! gone\nALLOW\n! gone\nTO_IN\n! gone\nBLOCK 1\n! gone\n"
	  "= -\nALLOW 1\n! changed\n= EX T260\n+1\nIS_IN 1\n= EX T261\n"
	  "+1\nTO_IN 1\n= EX T262\n+1\nIS_EX 1\n= EX T263\n"
	  "+1\nTO_EX 1\n= EX T264\nBLOCK 1\nIS_IN\nALLOW\n! -\n"
	  "= EX T264\n? -\nTO_IN\n= EX T6 >5 G*1\n? 4:G" },
	{ "QRY-26 MLDv1 querier", "param mld 1\nparam version 1\n"
	  "ALLOW 1\n= EX T260\nBLOCK 1\n! -\nTO_IN\n= EX T2 >1 G*1\n? 0:G" },
	{ "QRY-26 sources from before", "set IN 1@100 2@100\n"
	  "param version 2\nTO_IN\n= IN 1@2 2@2 >1 G*1\n? 0:G\n"
	  "+0.5\nTO_IN\n= IN 1@2 2@2 >1 G*1\n+1.5\n= -\n? 1:G" },
	{ "QRY-26 sources from before, asked for later",
	  "set IN 1@100 2@2 >1 G*1\nparam version 2\nTO_IN 2\n= EX T260\n"
	  "set IN 1@100 2@2 >1 G*1\nTO_IN\n= IN 1@2 2@2 >1 G*1\n? 0:G" },
	{ "QRY-26 sources from before, exclude", EX_1234
	  "param version 2\nTO_IN\n= EX T2 1@2 2@2 3! 4! >1 G*1\n+2\n= -\n"
	  "? 0:G 1:G" },
	{ "QRY-26 pending source queries of version 3", IN_12
	  "BLOCK 1\nparam version 2\n+1\n= IN 1@2 2@100\n? 0:{1}" },
	{ "QRY-26 pending group queries of version 3",
	  "IS_EX\nleave\n+0.5\nIS_EX\nparam version 2\n+0.5\n"
	  "= EX T260.5\n? 0:G 1:G" },
	{ "QRY-26 a leave after an answer to version 3",
	  "IS_EX\nleave\n+0.5\nIS_EX\nparam version 2\n"
	  "leave\n= EX T2.5 >1.5 G*1\n? 0:G 0.5:G" },
	{ "QRY-26 an answer in time", "set IN 1@100\n"
	  "param version 2\nTO_IN\n+0.5\nreport 2\n= EX T260.5\n+9\n? 0:G" },

	/* intervals */
	{ "TMR-09 one query", "param lmqc 1\nIS_EX\nleave\n= EX T1\n"
	  "+1\n= -\n? 0:G" },
	{ "TMR-10 four queries", "param lmqc 4\nparam lmqi 0.5\n"
	  "IS_EX\nALLOW 1\nleave\n+2\n= -\n"
	  "? 0:G 0:{1} 0.5:G 0.5:{1} 1:G 1:{1} 1.5:G 1.5:{1}" },
	{ "TMR-10 more queries than a counter counts",
	  "param lmqc 300\nparam lmqi 0.5\nIS_EX\nALLOW 1\nleave\n"
	  "= EX T150 1@150*254 >0.5 G*254\n? 0:G 0:{1}" },
	{ "TMR-14 new values from the next start on",
	  "ALLOW 1\nIS_EX 1\nparam gmi 130\n+1\n= EX T260 1@260\n"
	  "ALLOW 2\nIS_EX 1,2\n= EX T131 1@260 2@131" },

	/* static entries */
	{ "static exclude record", "set EX T~ 3!\n"
	  "IS_EX 5\n! -\nTO_IN\n! -\nTO_EX 3,5\n! -\nBLOCK 5\n! -\n"
	  "ALLOW 3,5\n! -\ngsq 2\nlowered 0\n+9999\n= EX T~ 3!\n? -" },
	{ "static sources", "set IN 1@~ 2@100\n"
	  "IS_IN 1\n= IN 1@~ 2@100\nTO_IN\n= IN 1@~ 2@2*1 >1\n? 0:{2}\n"
	  "+2\n= IN 1@~\n? 1:{2}\ngssq 2 1\nlowered 0\nBLOCK 1\n! -\n"
	  "IS_EX 2\n= EX T262 1@~ 2!\nTO_EX 2\n= EX T262 1@~ 2!\n? -\n"
	  "+260\n= IN 1@~\n+9999\n= IN 1@~" },

	/* what is known of the other hosts */
	{ "EHT-02 the last member leaves", "set EX T200 1@100 3!\n"
	  "says G=drop 1=drop\nTO_IN\n! changed gone\n= -\n? -" },
	{ "EHT-02 another member stays", EX_1234
	  "says G=keep 1=keep 2=keep\nTO_IN\n! -\n"
	  "= EX T200 1@100 2@100 3! 4!\n? -" },
	{ "EHT-02 one that stays wants less", EX_1234
	  "says G=keep 1=drop 2=keep\nTO_IN\n! changed\n"
	  "= EX T200 1! 2@100 3! 4!\n? -" },
	{ "EHT-02 those that stay include sources", EX_1234
	  "says G=drop 1=keep 2=drop\nTO_IN 4,5\n! changed\n"
	  "= IN 1@100 4@260 5@260\n? -" },
	{ "EHT-02 not known of one source", EX_1234
	  "says G=drop 1=keep\nTO_IN\n! changed\n"
	  "= IN 1@100 2@2*1 >1\n? 0:{2}\n+2\n= IN 1@100\n? 1:{2}" },
	{ "EHT-02 not known of the group", EX_1234
	  "says 1=keep 2=drop\nTO_IN\n! changed\n"
	  "= EX T2 1@100 2! 3! 4! >1 G*1\n? 0:G\n+2\n= IN 1@100\n? 1:G" },
	{ "EHT-02 include mode", "set IN 1@100 2@100 3@100\n"
	  "says 1=keep 2=drop\nTO_IN 4\n! changed\n"
	  "= IN 1@100 3@2*1 4@260 >1\n? 0:{3}\n+2\n? 1:{3}\n"
	  "= IN 1@100 4@260" },
	{ "EHT-02 the last source", "set IN 1@100\n"
	  "says 1=drop\nBLOCK 1\n! changed gone\n= -\n? -" },
	{ "EHT-02 IN BLOCK", IN_12 "says 1=drop 2=keep\nBLOCK 1,2,3\n"
	  "! changed\n= IN 2@100\n? -" },
	{ "EHT-02 IN TO_EX", IN_12 "says 1=drop 2=keep\nTO_EX 1,2,3\n"
	  "! changed\n= EX T260 1! 2@100 3!\n? -" },
	{ "EHT-02 EX BLOCK", EX_1234 "says 1=drop 2=keep 5=drop 6=keep\n"
	  "BLOCK 1,2,3,5,6,7\n! changed\n"
	  "= EX T200 1! 2@100 3! 4! 5! 7@2*1 >1\n? 0:{7}" },
	{ "EHT-02 EX TO_EX", EX_1234 "says 1=drop 2=keep 5=drop 6=keep\n"
	  "TO_EX 1,2,3,5,6,7\n! changed\n"
	  "= EX T260 1! 2@100 3! 5! 7@2*1 >1\n? 0:{7}" },
	{ "EHT-02 a check that is under way ends with what was checked",
	  "set EX T2 1@2*1 2@2*1 >1 G*1\nsays G=drop 1=keep 2=drop\nTO_IN\n"
	  "! changed\n= IN 1@2*1 >1\n+1\n= IN 1@2\n? 1:{1}" },
	{ "EHT-02 nothing of a check is left", "set EX T9 1@2*1 >1 G*1\n"
	  "says 1=drop G=keep\nBLOCK 1\n= EX T9 1! >1 G*1\n+1\n? 1:GS\n"
	  "set EX T9 1@3*1 >2\nsays 1=drop\nBLOCK 1\n! changed\n"
	  "= EX T9 1!\n+9\n? -" },
	{ "EHT-02 is the same for who does not query", "param querier 0\n"
	  "set EX T200 1@100\nsays 1=drop G=drop\nTO_IN\n! changed gone\n= -\n"
	  IN_12 "says 1=keep\nTO_IN\n! -\n= IN 1@100 2@100\n? -" },
	{ "EHT-03 IGMPv1: leaves are ignored", "report 1\n"
	  "says G=drop\nleave\n! -\n= EX T260\n? -" },
	{ "EHT-03 IGMPv2: BLOCK is ignored", "report 2\n"
	  "says 1=drop\nBLOCK 1\n! -\n= EX T260\n? -" },
	{ "EHT-04 older queriers", "param version 2\nreport 2\n"
	  "says G=drop\nleave\n! changed gone\n= -\n? -\n"
	  "report 2\nsays G=keep\nleave\n! -\n= EX T260\n? -\n"
	  IN_12 "says 1=drop\nTO_IN\n= IN 2@2 >1 G*1\n? 0:G\n+2\n? 1:G" },
	{ "static entries do not ask what is known", "set EX T~\n"
	  "says G=drop\nTO_IN\n! -\n= EX T~\nset IN 1@~\nsays 1=drop\n"
	  "BLOCK 1\n! -\n= IN 1@~\n? -" },
	{ "V3-10 given up and full", "set EX T200 1@100 2@100 3! 4!\n"
	  "param max_sources 3\nsays 1=drop\nBLOCK 1\n! changed refused 1\n"
	  "= EX T200 1! 2@100 3!\n? -" },

	/* RFC 5790 */
	{ "LW-02 IS_EX and TO_EX keep what is included",
	  "param lightweight 1\n" IN_12 "IS_EX 2,3\n! changed\n"
	  "= EX T260 1@100 2@100\n+1\nTO_EX 1,9\n! -\n"
	  "= EX T261 1@100 2@100\n? -" },
	{ "LW-02 the other records", "param lightweight 1\n"
	  IN_12 "ALLOW 2,3\n= IN 1@100 2@260 3@260\n"
	  IN_12 "IS_IN 2,3\n= IN 1@100 2@260 3@260\n"
	  IN_12 "TO_IN 2,3\n= IN 1@2*1 2@260 3@260 >1\n? 0:{1}\n"
	  IN_12 "BLOCK 2,3\n= IN 1@100 2@2*1 >1\n? 0:{2}\n"
	  "set EX T200 1@100 2@100\nALLOW 2,3\n! changed\n"
	  "= EX T200 1@100 2@260 3@260\nIS_IN 1\n= EX T200 1@260 2@260 3@260\n"
	  "TO_IN 3,4\n= EX T2 1@2*1 2@2*1 3@260 4@260 >1 G*1\n"
	  "? 0:G 0:{1,2}\n+2\n= IN 3@260 4@260\n? 1:G 1:{1,2}" },
	{ "LW-02 BLOCK asks while the group timer runs",
	  "param lightweight 1\nset EX T200 1@100 2@100\n"
	  "BLOCK 2,3\n! -\n= EX T200 1@100 2@2*1 >1\n? 0:{2}\n"
	  "+2\n! changed\n= EX T200 1@100\n? 1:{2}" },
	{ "LW-02 the group runs out, what is included stays",
	  "param lightweight 1\nset IN 1@300\nTO_EX\n+260\n= IN 1@300\n"
	  "TO_IN\n? 260:{1}\n+2\n? 261:{1}\n= -" },
	{ "LW-02 a source runs out and is not blocked",
	  "param lightweight 1\nset EX T200 1@100 2@150\nALLOW 2\n+100\n"
	  "! changed\n= EX T200 2@260\n? -" },
	{ "LW-02 what was blocked before is not any more",
	  EX_1234 "param lightweight 1\nIS_EX 3\n! changed\n"
	  "= EX T260 1@100 2@100\n" EX_1234 "ALLOW 4\n"
	  "= EX T200 1@100 2@100 4@260\n" EX_1234 "TO_IN 3\n"
	  "= EX T2 1@2*1 2@2*1 3@260 >1 G*1\n? 0:G 0:{1,2}" },
	{ "LW-02 a list that full IGMPv3 takes up again",
	  "param lightweight 1\nset IN 1@100\nTO_EX\nparam lightweight 0\n"
	  "+50\n= EX T260 1@100\nALLOW 9\n+50\n= EX T260 1! 9@310" },
	{ "LW-02 with older hosts", "param lightweight 1\nset IN 1@100\n"
	  "report 2\n= EX T260 1@100\nBLOCK 1\n! -\n= EX T260 1@100\n? -" },
	{ "LW-02 with what is known of others",
	  "param lightweight 1\nset EX T200 1@100 2@100\n"
	  "says 1=drop 2=keep\nBLOCK 1,2,3\n! changed\n= EX T200 2@100\n"
	  "says G=drop 2=drop\nTO_IN 9\n! changed\n= IN 9@260\n? -" },

	/* sources do not count */
	{ "SNOOP-12 interest joins", "param no_sources 1\n"
	  "BLOCK 1\n! gone\nIS_IN\n! gone\nALLOW 1\n! changed\n= EX T260\n"
	  "+1\nIS_IN 1\n= EX T261\n+1\nTO_IN 1\n= EX T262\n"
	  "+1\nTO_EX 1\n= EX T263\n+1\nIS_EX 1\n= EX T264\n"
	  "BLOCK 1\n! -\n= EX T264\n? -\n"
	  "TO_IN\n= EX T6 >5 G*1\n? 4:G\n+2\n= -\n? 5:G" },
	{ "SNOOP-12 version 3 still repeats with the S flag",
	  "param no_sources 1\nALLOW 1\nTO_IN\n+0.5\nIS_IN 1\n"
	  "= EX T260.5 >1 G*1\n+9\n? 0:G 1:GS" },
	{ "SNOOP-12 sources from before", IN_12 "BLOCK 1\n"
	  "param no_sources 1\n? 0:{1}\nTO_IN\n= IN 1@2 2@2 >1 G*1\n? 0:G\n"
	  "+2\n= -\n? 1:G" },
	{ "SNOOP-12 the last go while the group is asked", IN_12
	  "param no_sources 1\nTO_IN\n= IN 1@2 2@2 >1 G*1\n? 0:G\n"
	  "says 1=drop 2=drop\nTO_IN\n! changed gone\n= -\n+9\n? -" },
	{ "SNOOP-12 MLD", "param mld 1\nparam version 2\nparam no_sources 1\n"
	  "ALLOW 1\n= EX T260\nTO_IN\n= EX T2 >1 G*1\n? 0:G" },

	/* limits */
	{ "V3-10 include: what is there stays", "set IN 2@100 5@100\n"
	  "param max_sources 3\nALLOW 1,3,5,7\n! changed refused 2\n"
	  "= IN 1@260 2@100 5@260\nALLOW 9\n! refused 1\n"
	  "IS_IN 1,2,5\n! -\nBLOCK 9\n! -" },
	{ "V3-10 include: no room at all", "param max_sources 0\n"
	  "ALLOW 1\n! refused 1 gone\n= -\nIS_EX 1\n! changed refused 1\n"
	  "= EX T260" },
	{ "V3-10 exactly full", "param max_sources 3\n"
	  "ALLOW 1,2,3\n! changed\nIS_EX 1,2,3\n! changed\n"
	  "= EX T260 1@260 2@260 3@260" },
	{ "V3-10 exclude: pass what does not fit", "set IN 1@100 3@100\n"
	  "param max_sources 3\nIS_EX 0,1,3,4,5\n! changed refused 2\n"
	  "= EX T260 0! 1@100 3@100" },
	{ "V3-10 exclude: blocked ones go first", "set EX T200 3! 4! 5!\n"
	  "param max_sources 3\nALLOW 1\n! changed refused 1\n"
	  "= EX T200 1@260 3! 4!\nALLOW 4\n! changed\n"
	  "= EX T200 1@260 3! 4@260\nALLOW 8,9\n! changed refused 2\n"
	  "= EX T200 1@260 4@260 8@260" },
	{ "V3-10 exclude: new ones are asked for only if stored",
	  "set EX T200 1@100 2@100 3!\nparam max_sources 3\n"
	  "BLOCK 7,8\n! changed refused 2\n"
	  "= EX T200 1@100 2@100 7@2*1 >1\n? 0:{7}" },
	{ "V3-10 exclude: nor does it start a round",
	  "set EX T200 1@100 2@2*1 >1\nparam max_sources 2\n"
	  "BLOCK 9\n! refused 1\n= EX T200 1@100 2@2*1 >1\n? -" },
	{ "V3-10 exclude: a new list", "set EX T200 3! 4!\n"
	  "param max_sources 3\nIS_EX 3,4,5,6\n! changed refused 1\n"
	  "= EX T260 3! 5@260 6@260" },
	{ "V3-10 the limit was lowered", "set IN 1@100 2@100 3@100\n"
	  "param max_sources 2\nALLOW 3,4\n! refused 1\n"
	  "= IN 1@100 2@100 3@260\nset EX T200 1@100 2@100 3@100 4!\n"
	  "7\n! -\n= EX T200 1@100 2@100 3@100 4!\n"
	  "IS_IN 1\n! changed refused 1\n= EX T200 1@260 2@100 3@100" },
};

int main(void)
{
	unsigned int i;

	KTAP_PLAN(ARRAY_SIZE(scripts) + 1);
	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		ktap_begin("%s", scripts[i].name);
		rig_script(scripts[i].text);
		ktap_end();
	}
	ktap_begin("random walk against a model");
	random_walk();
	ktap_end();
	return ktap_exit();
}
