// SPDX-License-Identifier: BSL-1.0
#pragma once

// Macros of headers that programs include before ours, in the form that they have there. scripts/check_macros.py reads
// this list and fails where a header of ours uses one of the names; tests/unit/foreign_macros_test.cpp compiles our
// headers with all of them defined. Names that the standard library itself uses in the same form are not in it: no
// program could have them.

// Qt, whose keywords are macros unless it is told otherwise.
#define emit
#define slots
#define signals public
#define foreach(variable, container) for (variable : container)
#define forever for (;;)
#define Q_EMIT
#define Q_SLOTS
#define Q_SIGNALS public
#define Q_FOREACH(variable, container) for (variable : container)
#define Q_FOREVER for (;;)
#define Q_UNUSED(x) (void)x;

// windows.h and what it includes, without NOMINMAX.
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define hyper __int64
#define interface struct
#define pascal __stdcall
#define cdecl __cdecl
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define THIS_
#define THIS void
#define PURE = 0
#define STRICT 1
#define ERROR 0
#define DELETE (0x00010000L)
#define NO_ERROR 0L
#define INFINITE 0xFFFFFFFF
#define IGNORE 0
#define ABSOLUTE 1
#define RELATIVE 2
#define TRANSPARENT 1
#define OPAQUE 2
#define DIFFERENCE 11
#define Yield()
#define GetObject GetObjectA
#define GetMessage GetMessageA
#define SendMessage SendMessageA
#define PostMessage PostMessageA
#define CreateMutex CreateMutexA
#define CreateEvent CreateEventA
#define CreateSemaphore CreateSemaphoreA
#define GetCurrentTime() GetTickCount()

// X11.
#define None 0L
#define Bool int
#define Status int
#define True 1
#define False 0
#define Always 2
#define WhenMapped 1
#define NotUseful 0
#define Success 0
#define Above 0
#define Below 1
#define Opposite 4
#define Complex 0
#define Convex 2
#define Unsorted 0
#define CurrentTime 0L
#define CursorShape 0
#define DestroyAll 0
#define KeyPress 2
#define Expose 12
#define FocusIn 9
#define FocusOut 10
#define ControlMask (1 << 2)

// complex.h.
#define I _Complex_I
#define complex _Complex
#define imaginary _Imaginary

// curses.h and term.h. (curses.h itself takes `move` away again in C++.)
#define timeout(delay) wtimeout(stdscr, (delay))
#define clear() wclear(stdscr)
#define erase() werase(stdscr)
#define refresh() wrefresh(stdscr)
#define box(win, v, h) wborder(win, v, v, h, h, 0, 0, 0, 0)
#define scroll(win) wscrl(win, 1)
#define border(ls, rs, ts, bs, tl, tr, bl, br) wborder(stdscr, ls, rs, ts, bs, tl, tr, bl, br)
#define inch() winch(stdscr)
#define getch() wgetch(stdscr)
#define standout() wstandout(stdscr)
#define standend() wstandend(stdscr)
#define hline(ch, n) whline(stdscr, ch, (n))
#define vline(ch, n) wvline(stdscr, ch, (n))
#define OK (0)
#define ERR (-1)
#define lines cur_term->type.Numbers[2]
#define columns cur_term->type.Numbers[0]
#define tab cur_term->type.Strings[134]
#define bell cur_term->type.Strings[1]
#define newline cur_term->type.Strings[103]

// sys/sysmacros.h, sys/param.h, sys/types.h, and what g++ defines with -std=gnu++20.
#define major(dev) gnu_dev_major(dev)
#define minor(dev) gnu_dev_minor(dev)
#define makedev(maj, min_) gnu_dev_makedev(maj, min_)
#define unix 1
#define linux 1
#define setbit(a, i) ((a)[(i) / 8] |= 1 << ((i) % 8))
#define clrbit(a, i) ((a)[(i) / 8] &= ~(1 << ((i) % 8)))
#define isset(a, i) ((a)[(i) / 8] & (1 << ((i) % 8)))
#define howmany(x, y) (((x) + ((y)-1)) / (y))
#define roundup(x, y) ((((x) + ((y)-1)) / (y)) * (y))
#define powerof2(x) ((((x)-1) & (x)) == 0)
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#define PAGE_SIZE 4096
#define s_addr S_un.S_addr

// macOS: AssertMacros.h and Objective-C.
#define check(assertion)
#define verify(assertion)
#define require(assertion, label)
#define nil 0
#define YES 1
#define NO 0

// Common in programs.
#define DEBUG 1
#define LOG(message)
#define CHECK(condition)
#define ASSERT(condition)
#define TRUE 1
#define FALSE 0
