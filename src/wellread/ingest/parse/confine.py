"""A process that gives up what a parser of strangers' files does not need, before it sees the first of them.

| given up | by |
| --- | --- |
| memory beyond a limit, core dumps, files that grow | setrlimit |
| network, other processes, programs, changes of files | seccomp: these system calls fail (Linux, x86-64 and ARM64) |
| files other than Python's and the system's libraries | Landlock (Linux 5.13 and later) |

It can not be taken back, and holds for every thread and child. Where the kernel has no seccomp or Landlock, the limits
hold all the same; `confine` says what took effect, and the tests ask for all of it where the kernel has it.

seccomp: Linux, Documentation/userspace-api/seccomp_filter.rst; Landlock: Documentation/userspace-api/landlock.rst.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable, Sequence

# From linux/prctl.h, linux/seccomp.h, linux/filter.h and linux/audit.h.
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _EQUALS, _AND_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NOT_PERMITTED, _NOT_THERE = 1, 38
_CALL_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEW_THREAD = 0x10000
"""CLONE_THREAD of linux/sched.h."""

# Numbers of system calls, from asm/unistd.h of each machine.
_REFUSED = {
    "x86_64": (
        # socket to recvmsg, bind to setsockopt; fork, vfork, execve, kill
        *range(41, 56), 57, 58, 59, 62,
        # truncate, rename to symlink, chmod to lchown, utime, mknod
        76, *range(82, 89), *range(90, 95), 132, 133,
        # ptrace, chroot, mount, umount2, keys
        101, 161, 165, 166, 248, 249, 250,
        # utimes, the same relative to a folder, unshare, accept4, perf_event_open, setns, process_vm_*, memory files
        235, *range(258, 262), *range(263, 267), 268, 272, 280, 288, 298, 308, 310, 311, 316, 319, 321, 322, 323, 434,
    ),
    "aarch64": (
        *range(33, 39), 39, 40, 45, 51, 52, 53, 54, 55, 88, 97, 117, 129, *range(198, 213), 217, 218, 219, 221,
        241, 242, 268, 270, 271, 276, 279, 280, 281, 282, 434,
    ),
}  # fmt: skip
_OPENING = {"x86_64": {2: 1, 257: 2}, "aarch64": {56: 2}}
"""Calls that open a file, and which of their arguments holds the flags."""
_CLONE = {"x86_64": 56, "aarch64": 220}
_MISSING = (425, 435, 437)
"""io_uring_setup, clone3, openat2: their arguments cannot be looked at, and libraries then take the older calls."""
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_ACTIONS = (1 << 13) - 1
"""Every action on files of Landlock's first version: execute, write, read, list, remove, make."""
_LANDLOCK_READ = 0b1101
"""execute (which mapping a library needs), read a file, list a folder."""


def confine(memory: int) -> tuple[str, ...]:
    """Give up all of the above for good; `memory` in bytes of this process's data.

    Returns what took effect: `limits`, and where the kernel has them `seccomp` and `landlock`.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    done = ["limits"]
    machine = platform.machine()
    if sys.platform == "linux" and machine in _MACHINES:
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
            if _restrict_files(library, _readable()):
                done.append("landlock")
            if _refuse_calls(library, machine):
                done.append("seccomp")
    return tuple(done)


def _readable() -> list[str]:
    """Where Python and the libraries are: parsers are imported when the first file of their kind comes."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))  # noqa: PTH120
    places = {
        sys.prefix,
        sys.base_prefix,
        package,
        "/usr",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/proc/self",
        "/dev",
    }
    return sorted(place for place in {*places, *sys.path} if place and os.path.exists(place))  # noqa: PTH110


def _restrict_files(library: ctypes.CDLL, readable: Iterable[str]) -> bool:
    attributes = ctypes.create_string_buffer(struct.pack("Q", _LANDLOCK_ACTIONS))
    rules = library.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    try:
        for place in readable:
            held = os.open(place, os.O_PATH | os.O_CLOEXEC)
            try:
                actions = _LANDLOCK_READ if os.path.isdir(place) else _LANDLOCK_READ & 0b0101  # noqa: PTH112
                rule = ctypes.create_string_buffer(struct.pack("=Qi", actions, held))
                library.syscall(_LANDLOCK_ADD, rules, 1, rule, 0)
            finally:
                os.close(held)
        return bool(library.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _refuse_calls(library: ctypes.CDLL, machine: str) -> bool:
    program = b"".join(_filter(machine))
    held = ctypes.create_string_buffer(program)
    # struct sock_fprog: the number of instructions, and where they are.
    pointer = struct.pack("HP", len(program) // 8, ctypes.addressof(held))
    return bool(
        library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(pointer), 0, 0) == 0
    )


def _filter(machine: str) -> Sequence[bytes]:
    """The program the kernel runs before each system call."""
    lines = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUALS, _MACHINES[machine], yes=1),
        _step(_RETURN, _KILL),  # called as another kind of machine, where the numbers mean something else
        _step(_LOAD, _CALL_AT),
    ]
    for call in _MISSING:
        lines += [_step(_EQUALS, call, no=1), _step(_RETURN, _FAIL | _NOT_THERE)]
    for call in _REFUSED[machine]:
        lines += [_step(_EQUALS, call, no=1), _step(_RETURN, _FAIL | _NOT_PERMITTED)]
    for call, argument in _OPENING[machine].items():
        lines += [
            _step(_EQUALS, call, no=4),
            _step(_LOAD, _ARGUMENTS_AT + 8 * argument),
            _step(_AND_BITS, _WRITING, no=1),
            _step(_RETURN, _FAIL | _NOT_PERMITTED),
            _step(_RETURN, _ALLOW),
        ]
    lines += [
        _step(_EQUALS, _CLONE[machine], no=3),
        _step(_LOAD, _ARGUMENTS_AT),
        _step(_AND_BITS, _NEW_THREAD, yes=1),
        _step(_RETURN, _FAIL | _NOT_PERMITTED),
        _step(_RETURN, _ALLOW),
    ]
    return lines


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction: `yes` and `no` are how many to pass over."""
    return struct.pack("HBBI", code, yes, no, value)
