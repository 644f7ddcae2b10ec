/* For the programs around: attempt() what must be refused, then say() what came of it all. */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int escapes;

/* A system call's own answer: anything but -1 means that it was carried out. */
__attribute__((unused)) static void attempt(const char *what, long answer) {
    if (answer != -1 && !escapes++) printf("escaped: %s\n", what);
}

/* The last word, and the program's exit code. */
__attribute__((unused)) static int say(void) {
    if (!escapes) puts("contained");
    fflush(stdout);
    return escapes != 0;
}
