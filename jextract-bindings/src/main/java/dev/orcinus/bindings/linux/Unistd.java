package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <unistd.h>}. */
public final class Unistd {
    /** Bytes in a page. */
    public static final int _SC_PAGESIZE = 30;

    private static final CFunction READ = CFunction.named("read");
    private static final CFunction WRITE = CFunction.named("write");
    private static final CFunction CLOSE = CFunction.named("close");
    private static final CFunction DUP2 = CFunction.named("dup2");
    private static final CFunction FTRUNCATE = CFunction.named("ftruncate");
    private static final CFunction GETPID = CFunction.named("getpid");
    private static final CFunction GETUID = CFunction.named("getuid");
    private static final CFunction GETTID = CFunction.named("gettid");
    private static final CFunction ISATTY = CFunction.named("isatty");
    private static final CFunction SYSCONF = CFunction.named("sysconf");
    private static final CFunction SYSCALL = CFunction.named("syscall");
    private static final CFunction PIPE2 = CFunction.named("pipe2");
    private static final CFunction EXIT = CFunction.named("_exit");

    private Unistd() {}

    /** Calls {@code ssize_t read(int fd, void *buf, size_t nbytes);} */
    public static long read(ErrnoState state, int fd, long buf, long nbytes) {
        return READ.call(state, fd, buf, nbytes);
    }

    /** Calls {@code ssize_t write(int fd, const void *buf, size_t n);} */
    public static long write(ErrnoState state, int fd, MemorySegment buf, long n) {
        return WRITE.call(state, fd, address(buf), n);
    }

    /** Calls {@code int close(int fd);} */
    public static int close(ErrnoState state, int fd) {
        return (int) CLOSE.call(state, fd);
    }

    /** Calls {@code int dup2(int fd, int fd2);} */
    public static int dup2(ErrnoState state, int fd, int fd2) {
        return (int) DUP2.call(state, fd, fd2);
    }

    /** Calls {@code int ftruncate(int fd, off_t length);} */
    public static int ftruncate(ErrnoState state, int fd, long length) {
        return (int) FTRUNCATE.call(state, fd, length);
    }

    /** Calls {@code pid_t getpid(void);} */
    public static int getpid() {
        return (int) GETPID.call(ErrnoState.IGNORED);
    }

    /** Calls {@code uid_t getuid(void);} */
    public static int getuid() {
        return (int) GETUID.call(ErrnoState.IGNORED);
    }

    /** Calls {@code pid_t gettid(void);} */
    public static int gettid() {
        return (int) GETTID.call(ErrnoState.IGNORED);
    }

    /** Calls {@code int isatty(int fd);} */
    public static int isatty(int fd) {
        return (int) ISATTY.call(ErrnoState.IGNORED, fd);
    }

    /** Calls {@code long sysconf(int name);} */
    public static long sysconf(int name) {
        return SYSCONF.call(ErrnoState.IGNORED, name);
    }

    /**
     * Calls {@code long syscall(long sysno, ...);}
     *
     * @param sysno the number of the system call, which depends on the processor
     */
    public static long syscall(
            ErrnoState state, long sysno, long a, long b, long c, long d, long e) {
        return SYSCALL.call(state, sysno, a, b, c, d, e);
    }

    /** Calls {@code int pipe2(int *pipedes, int flags);} */
    public static int pipe2(ErrnoState state, MemorySegment pipedes, int flags) {
        return (int) PIPE2.call(state, address(pipedes), flags);
    }

    /** Calls {@code void _exit(int status);} */
    public static void _exit(int status) {
        EXIT.call(ErrnoState.IGNORED, status);
    }
}
