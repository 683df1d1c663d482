package dev.orcinus.platform.linux.guestprocess.threads;

import java.util.Locale;

/** The functions of the guest's C library that we call by their addresses. */
public enum Libc {
    /** {@code int access(const char *path, int mode)}. */
    ACCESS,
    /** {@code void abort(void)}. */
    ABORT,
    /** {@code int close(int fd)}. */
    CLOSE,
    /** {@code int __cxa_atexit(void (*function)(void *), void *argument, void *handle)}. */
    __CXA_ATEXIT,
    /** {@code void __cxa_finalize(void *handle)}. */
    __CXA_FINALIZE,
    /** {@code void _exit(int status)}. */
    _EXIT,
    /** {@code int dlclose(void *handle)}. */
    DLCLOSE,
    /** {@code char *dlerror(void)}. */
    DLERROR,
    /** {@code void *dlopen(const char *path, int mode)}. */
    DLOPEN,
    /** {@code void *dlvsym(void *handle, const char *symbol, const char *version)}. */
    DLVSYM,
    /** {@code int *__errno_location(void)}. */
    __ERRNO_LOCATION,
    /** {@code int execve(const char *path, char *const argv[], char *const envp[])}. */
    EXECVE,
    /** {@code void exit(int status)}. */
    EXIT,
    /** {@code int fcntl(int fd, int command, ...)}. */
    FCNTL,
    /** {@code int fflush(FILE *stream)}. */
    FFLUSH,
    /** {@code pid_t fork(void)}. */
    FORK,
    /** {@code void free(void *memory)}. */
    FREE,
    /** {@code char *getenv(const char *name)}. */
    GETENV,
    /** {@code pid_t getppid(void)}. */
    GETPPID,
    /** {@code int ioctl(int fd, unsigned long request, ...)}. */
    IOCTL,
    /** {@code int madvise(void *start, size_t size, int advice)}. */
    MADVISE,
    /** {@code void *malloc(size_t size)}. */
    MALLOC,
    /** {@code void *memcpy(void *target, const void *source, size_t size)}. */
    MEMCPY,
    /** {@code int memfd_create(const char *name, unsigned flags)}. */
    MEMFD_CREATE,
    /** {@code void *mmap(void *hint, size_t size, int prot, int flags, int fd, off_t offset)}. */
    MMAP,
    /** {@code int mprotect(void *start, size_t size, int prot)}. */
    MPROTECT,
    /** {@code void *mremap(void *start, size_t size, size_t newSize, int flags, void *target)}. */
    MREMAP,
    /** {@code int munmap(void *start, size_t size)}. */
    MUNMAP,
    /** {@code int open(const char *path, int flags, ...)}. */
    OPEN,
    /** {@code int prctl(int option, ...)}. */
    PRCTL,
    /** {@code int pthread_attr_init(pthread_attr_t *attributes)}. */
    PTHREAD_ATTR_INIT,
    /** {@code int pthread_attr_setdetachstate(pthread_attr_t *attributes, int state)}. */
    PTHREAD_ATTR_SETDETACHSTATE,
    /** {@code int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size)}. */
    PTHREAD_ATTR_SETSTACKSIZE,
    /**
     * {@code int pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)}.
     */
    PTHREAD_CREATE,
    /** {@code ssize_t read(int fd, void *bytes, size_t size)}. */
    READ,
    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}. */
    RECVMSG,
    /** {@code int setenv(const char *name, const char *value, int replace)}. */
    SETENV,
    /** {@code int setpgid(pid_t process, pid_t group)}. */
    SETPGID,
    /** {@code int setrlimit(int resource, const struct rlimit *limit)}. */
    SETRLIMIT,
    /** {@code int shm_open(const char *name, int flags, mode_t mode)}. */
    SHM_OPEN,
    /** {@code int sigaction(int signal, const struct sigaction *, struct sigaction *)}. */
    SIGACTION,
    /** {@code int sigaltstack(const stack_t *stack, stack_t *old)}. */
    SIGALTSTACK,
    /** {@code int socketpair(int domain, int type, int protocol, int ends[2])}. */
    SOCKETPAIR,
    /** {@code long syscall(long number, ...)}. */
    SYSCALL,
    /** {@code int unsetenv(const char *name)}. */
    UNSETENV,
    /** {@code pid_t waitpid(pid_t process, int *status, int options)}. */
    WAITPID,
    /** {@code ssize_t write(int fd, const void *bytes, size_t size)}. */
    WRITE;

    /** Returns its name. */
    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}
