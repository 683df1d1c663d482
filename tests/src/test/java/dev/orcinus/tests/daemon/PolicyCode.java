package dev.orcinus.tests.daemon;

/**
 * Guest code that tries to do what a policy forbids. Each function is a {@code main} that returns
 * the error number of what it has tried, or 0 if that was allowed.
 */
final class PolicyCode {
    static final String TEXT =
            """
            #include <errno.h>
            #include <fcntl.h>
            #include <pthread.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/ioctl.h>
            #include <sys/mman.h>
            #include <sys/prctl.h>
            #include <sys/ptrace.h>
            #include <sys/resource.h>
            #include <sys/shm.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            #include <sys/wait.h>
            #include <unistd.h>
            #include <linux/sched.h>
            #define FUNCTION extern "C" int
            static int result(long value) { return value < 0 ? errno : 0; }
            static int opened(int fd) {
                if (fd < 0) return errno;
                close(fd);
                return 0;
            }
            FUNCTION readFile(int, char **v) { return opened(open(v[1], O_RDONLY)); }
            FUNCTION listFolder(int, char **v) { return opened(open(v[1], O_RDONLY | O_DIRECTORY)); }
            FUNCTION writeFile(int, char **v) { return opened(open(v[1], O_WRONLY | O_CREAT, 0600)); }
            FUNCTION shorten(int, char **v) { return result(truncate(v[1], 0)); }
            FUNCTION removeFile(int, char **v) { return result(unlink(v[1])); }
            FUNCTION makeFolder(int, char **v) { return result(mkdir(v[1], 0700)); }
            FUNCTION moveFile(int, char **v) { return result(rename(v[1], v[2])); }
            FUNCTION linkFile(int, char **v) { return result(symlink(v[1], v[2])); }
            FUNCTION executeFile(int, char **v) {
                int pid = fork();
                if (pid == 0) { execv(v[1], v + 1); _exit(errno); }
                int status;
                waitpid(pid, &status, 0);
                return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
            }
            static void *readInThread(void *path) {
                return (void *) (long) opened(open((char *) path, O_RDONLY));
            }
            static void *socketInThread(void *) {
                return (void *) (long) opened(socket(AF_INET, SOCK_STREAM, 0));
            }
            static int inThread(void *(*body)(void *), void *argument) {
                pthread_t thread;
                void *value;
                int error = pthread_create(&thread, 0, body, argument);
                if (error) return -error;
                pthread_join(thread, &value);
                return (int) (long) value;
            }
            FUNCTION readFileInThread(int, char **v) { return inThread(readInThread, v[1]); }
            FUNCTION socketOfThread(int, char **) { return inThread(socketInThread, 0); }
            FUNCTION readFileInChild(int, char **v) {
                int pid = fork(), status;
                if (pid == 0) _exit(opened(open(v[1], O_RDONLY)));
                waitpid(pid, &status, 0);
                return WEXITSTATUS(status);
            }
            FUNCTION internet(int, char **) { return opened(socket(AF_INET, SOCK_STREAM, 0)); }
            FUNCTION local(int, char **) { return opened(socket(AF_UNIX, SOCK_STREAM, 0)); }
            FUNCTION pair(int, char **) {
                int ends[2];
                return result(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
            }
            FUNCTION ring(int, char **) {
                char parameters[256] = {};
                return opened(syscall(SYS_io_uring_setup, 1, parameters));
            }
            FUNCTION sharedSegment(int, char **) {
                int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
                if (id < 0) return errno;
                shmctl(id, IPC_RMID, 0);
                return 0;
            }
            FUNCTION sendSignal(int, char **v) { return result(kill(atoi(v[1]), 0)); }
            FUNCTION signalOwn(int, char **) { return result(kill(getpid(), 0)); }
            FUNCTION trace(int, char **v) {
                int pid = atoi(v[1]), status;
                if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0) return errno;
                waitpid(pid, &status, 0);
                ptrace(PTRACE_DETACH, pid, 0, 0);
                return 0;
            }
            FUNCTION readMemory(int, char **v) {
                char buffer[8];
                struct iovec here = {buffer, 8}, there = {(void *) strtoul(v[2], 0, 16), 8};
                return result(process_vm_readv(atoi(v[1]), &here, 1, &there, 1, 0));
            }
            FUNCTION newNamespace(int, char **) { return result(unshare(CLONE_NEWUSER)); }
            FUNCTION cloneNamespace(int, char **) {
                long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
                if (pid == 0) _exit(0);
                if (pid > 0) waitpid(pid, 0, 0);
                return result(pid);
            }
            FUNCTION terminalInput(int, char **) { return result(ioctl(0, TIOCSTI, "x")); }
            FUNCTION unknownCall(int, char **) { return result(syscall(500)); }
            FUNCTION limitsOfOther(int, char **v) {
                return result(syscall(SYS_prlimit64, atoi(v[1]), RLIMIT_CORE, 0, 0));
            }
            #ifdef __x86_64__
            FUNCTION callOf32Bits(int, char **) {
                int value;
                asm volatile("int $0x80" : "=a"(value) : "0"(20) : "memory"); // getpid
                return value < 0 ? -value : 0;
            }
            FUNCTION callOfX32(int, char **) { return result(syscall(0x40000000 | SYS_getpid)); }
            #endif
            FUNCTION regain(int, char **v) {
                struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
                return result(setrlimit((decltype(RLIMIT_DATA)) atoi(v[1]), &limit));
            }
            FUNCTION take(int, char **v) {
                size_t size = (size_t) atol(v[1]) << 20;
                char *at = (char *) mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                if (at == MAP_FAILED) return errno;
                memset(at, 1, size);
                return result(munmap(at, size));
            }
            FUNCTION reserve(int, char **v) {
                size_t size = (size_t) atol(v[1]) << 20;
                char *at = (char *) mmap(0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
                if (at == MAP_FAILED) return errno;
                return result(munmap(at, size));
            }
            FUNCTION allocate(int, char **v) {
                void *block = malloc((size_t) atol(v[1]) << 20);
                int error = block ? 0 : errno;
                free(block);
                return error;
            }
            FUNCTION share(int, char **v) {
                size_t size = (size_t) atol(v[1]) << 20;
                char *at = (char *) mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
                if (at == MAP_FAILED) return errno;
                memset(at, 1, size);
                for (;;) pause();
            }
            FUNCTION takeInChildren(int, char **v) {
                size_t size = (size_t) atol(v[2]) << 20;
                for (int i = 0; i < atoi(v[1]); i++) {
                    if (fork() == 0) {
                        volatile char *at = (volatile char *) malloc(size);
                        for (size_t k = 0; at && k < size; k += 4096) at[k] = 1;
                        for (;;) pause();
                    }
                }
                for (;;) pause();
            }
            FUNCTION multiply(int, char **v) {
                for (int i = 1; i < atoi(v[1]); i++) if (fork() == 0) for (;;) pause();
                for (;;) pause();
            }
            FUNCTION multiplyOrphans(int, char **v) {
                for (int i = 1; i < atoi(v[1]); i++) {
                    int pid = fork();
                    if (pid == 0) {
                        setsid();
                        if (fork() == 0) for (;;) pause();
                        _exit(0);
                    }
                    waitpid(pid, 0, 0);
                }
                for (;;) pause();
            }
            static void hideMark() {
                char text[4096] = {0};
                int fd = open("/proc/self/stat", O_RDONLY);
                if (read(fd, text, sizeof text - 1) <= 0) return;
                close(fd);
                char *at = strrchr(text, ')') + 2; // the third field
                for (int field = 3; field < 50; field++) at = strchr(at, ' ') + 1;
                char *start = (char *) strtoul(at, &at, 10);
                char *end = (char *) strtoul(at, 0, 10);
                memset(start, 0, end - start);
                prctl(PR_SET_DUMPABLE, 0);
            }
            // returns the number of a process that has lost its parent and hides whose it is
            FUNCTION hideOrphan(int, char **) {
                int ends[2];
                if (pipe(ends)) return -errno;
                int pid = fork();
                if (pid == 0) {
                    setsid();
                    if (fork() == 0) {
                        hideMark();
                        int own = getpid();
                        if (write(ends[1], &own, sizeof own) < 0) _exit(1);
                        for (;;) pause();
                    }
                    _exit(0);
                }
                waitpid(pid, 0, 0);
                int hidden = 0;
                if (read(ends[0], &hidden, sizeof hidden) < 0) return -errno;
                close(ends[0]);
                close(ends[1]);
                return hidden;
            }
            FUNCTION burn(int, char **) { for (volatile long i = 0;; i++); }
            FUNCTION burnInChildren(int, char **) {
                for (int i = 0; i < 2; i++) if (fork() == 0) burn(0, 0);
                for (;;) pause();
            }
            FUNCTION waitForEver(int, char **) { for (;;) pause(); }
            FUNCTION fillFile(int, char **v) {
                int fd = open(v[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
                if (fd < 0) return -errno;
                static char block[1 << 16];
                for (int i = 0; i < 1024; i++) {
                    if (write(fd, block, sizeof block) < 0) { int error = errno; close(fd); return error; }
                }
                close(fd);
                return 0;
            }
            FUNCTION openMany(int, char **v) {
                int last = 0, count = 0;
                int all[4096];
                while (count < atoi(v[1]) && (all[count] = open("/dev/null", O_RDONLY)) >= 0) count++;
                last = count < atoi(v[1]) ? errno : 0;
                while (count > 0) close(all[--count]);
                return last;
            }
            FUNCTION crash(int, char **) { return *(volatile int *) 8; }
            """;

    private PolicyCode() {}
}
