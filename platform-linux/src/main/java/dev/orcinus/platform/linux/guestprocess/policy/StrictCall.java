package dev.orcinus.platform.linux.guestprocess.policy;

import dev.orcinus.platform.linux.Processor;
import java.util.Locale;

/**
 * The system calls that code under a strict policy may not make: they execute programs, open
 * sockets, act on other processes, on what stays after a process, or on the machine; or they would
 * let code make calls past the filter. The numbers are those of x86-64 and of AArch64; a test
 * compares them with the headers of the kernel.
 */
enum StrictCall {
    EXECVE(59, 221),
    EXECVEAT(322, 281),
    USELIB(134, StrictCall.NONE),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    PROCESS_MADVISE(440, 440),
    PIDFD_GETFD(438, 438),
    KCMP(312, 272),
    MIGRATE_PAGES(256, 238),
    MOVE_PAGES(279, 239),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    UNSHARE(272, 97),
    SETNS(308, 268),
    CHROOT(161, 51),
    PIVOT_ROOT(155, 41),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    FANOTIFY_INIT(300, 262),
    BPF(321, 280),
    PERF_EVENT_OPEN(298, 241),
    USERFAULTFD(323, 282),
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    SHMGET(29, 194),
    SHMAT(30, 196),
    SHMCTL(31, 195),
    SEMGET(64, 190),
    SEMOP(65, 193),
    SEMCTL(66, 191),
    SEMTIMEDOP(220, 192),
    MSGGET(68, 186),
    MSGSND(69, 189),
    MSGRCV(70, 188),
    MSGCTL(71, 187),
    MQ_OPEN(240, 180),
    MQ_UNLINK(241, 181),
    PERSONALITY(135, 92),
    MODIFY_LDT(154, StrictCall.NONE),
    IOPL(172, StrictCall.NONE),
    IOPERM(173, StrictCall.NONE),
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    REBOOT(169, 142),
    ACCT(163, 89),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112),
    ADJTIMEX(159, 171),
    CLOCK_ADJTIME(305, 266),
    SYSLOG(103, 116),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    VHANGUP(153, 58);

    private static final int NONE = -1;

    private final int x64;
    private final int aarch64;

    StrictCall(int x64, int aarch64) {
        this.x64 = x64;
        this.aarch64 = aarch64;
    }

    /** Returns the number of the call; negative if the processor has no such call. */
    int number(Processor processor) {
        return switch (processor) {
            case X86_64 -> x64;
            case AARCH64 -> aarch64;
        };
    }

    /** Returns the name of the call. */
    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}
