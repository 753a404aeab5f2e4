"""The system calls that a worker may make, as a seccomp program.

A list of what is allowed, not of what is forbidden: a call that the kernel gains next year stays out.
Calls of another architecture or of x32 kill the process (libseccomp's default).
"""

from __future__ import annotations

import errno
import functools
import tempfile

CLONE_THREAD, CLONE_NAMESPACES = 0x00010000, 0x7E020000 | 0x80

ALLOWED = """
brk mmap munmap mremap mprotect madvise membarrier rseq futex futex_waitv set_robust_list get_robust_list
read write readv writev pread64 pwrite64 preadv pwritev open openat creat close close_range lseek
stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64
getcwd chdir fchdir dup dup2 dup3 fsync fdatasync ftruncate unlink unlinkat rename renameat
renameat2 mkdir mkdirat rmdir umask statfs fstatfs sendfile copy_file_range pipe pipe2 poll ppoll select
pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer setitimer alarm
getrusage rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
pause wait4 waitid restart_syscall exit exit_group getpid getppid gettid getuid geteuid getgid getegid
getresuid getresgid getgroups getpgrp getpgid getsid uname sysinfo getrandom arch_prctl set_tid_address getrlimit
setrlimit sched_yield sched_getaffinity sched_getparam sched_getscheduler getcpu getpriority
"""

# Known to be tried by ordinary code: "not permitted" tells a student more than "not implemented". Before version 3
# (Linux 6.2) Landlock does not withhold truncate: an unprivileged grader's own files could be emptied by name.
REFUSED = """
fork vfork kill tkill tgkill socket socketpair connect bind listen accept accept4 sendto sendmsg recvfrom
recvmsg ptrace chmod fchmod fchmodat chown fchown lchown fchownat link linkat symlink symlinkat mknod mknodat
flock mount umount2 chroot pivot_root unshare setns setuid setgid setpriority sched_setaffinity memfd_create
truncate
"""

# duplicate, flags, status: not F_SETOWN, F_SETSIG (signals to the judge) nor pipe sizes; and no locks, with which two
# workers that live at the same time could talk over the files of their runtime
FILE_COMMANDS = (0, 1, 2, 3, 4, 1030)
# is it a terminal, its size, close on exec, non-blocking, bytes waiting
DEVICE_COMMANDS = (0x5401, 0x5413, 0x5450, 0x5451, 0x5421, 0x541B)
# thread names, and the names that glibc gives to its memory
PROCESS_COMMANDS = (15, 16, 0x53564D41)

# what a nursery needs on top, to make a worker and to tell the judge of it
NURSERY = """
sendmsg recvmsg seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self setsid pidfd_open
"""
# seccomp, no new privileges: for the strict filter, which comes last; signal at the parent's death
FILTER_COMMANDS, DEATH_COMMANDS = (22, 38), (1,)


@functools.cache
def program(may_execute: bool, nursery: bool = False) -> bytes:
    """Return the compiled filter of a worker, or of a nursery, which may also fork and raise the walls of its children.

    may_execute: bubblewrap still has to start Python behind it, which then raises the strict filter.
    """
    import pyseccomp as seccomp  # loads libseccomp, which a machine without Linux does not have

    allow, refuse = seccomp.ALLOW, seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))

    def add(action, name, *conditions):
        if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
            rules.add_rule(action, name, *conditions)

    more = NURSERY.split() if nursery else []
    for name in [*ALLOWED.split(), *more]:
        add(allow, name)
    for name in REFUSED.split():
        if name not in more and not (nursery and name == "unshare"):
            add(refuse, name)
    add(allow if may_execute else refuse, "execve")
    for name, position, commands in (("fcntl", 1, FILE_COMMANDS), ("ioctl", 1, DEVICE_COMMANDS),
                                     ("prctl", 0, PROCESS_COMMANDS + FILTER_COMMANDS * (may_execute or nursery)
                                      + DEATH_COMMANDS * nursery),
                                     ("prlimit64", 0, (0,)), ("unshare", 0, (CLONE_THREAD,) * nursery)):
        for command in commands:
            add(allow, name, seccomp.Arg(position, seccomp.EQ, command))
    # Threads only. clone3 hides its flags from the filter; without it glibc falls back to clone.
    add(allow, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD | CLONE_NAMESPACES, CLONE_THREAD))
    if nursery:
        add(allow, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD | CLONE_NAMESPACES, 0))
    else:
        add(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, 0))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
