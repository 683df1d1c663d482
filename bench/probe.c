/* A controller for LLVM's SimpleRemoteEPC that measures the executor at the other end.
 *
 *     probe [-two-writes] [-steps] LINE MODE [NUMBER...]
 *
 * LINE  connect=HOST:PORT             over TCP
 *       start=PROGRAM                 over pipes, as LLVM starts an executor: PROGRAM filedescs=IN,OUT
 *
 * MODE  setup                         time to the Setup message, from the connect or the start of the process
 *       rtt CALLS                     empty calls, one at a time
 *       pipeline CALLS DEPTH          empty calls, DEPTH in flight
 *       cycle BYTES CYCLES WARM-UP    reserve, initialize, release; as a whole
 *       initialize BYTES CYCLES       the same, of which only the initialize is timed
 *       crash                         a call of code that the processor forbids; an executor may end because of it
 *       think MICROS SECONDS          empty calls with a pause before each; 0 calls after a first few: silence
 *       work THREADS MILLIONS MICROS  a controller that computes: THREADS times MILLIONS of steps, with an empty call
 *                                     each MICROS on the first thread (0: none)
 *
 * -two-writes   header and payload in a write each and Nagle's algorithm on, as LLVM's controllers do; else a write for
 *               each frame, at once
 * -steps        prints "begin" after the warm-up and "end" before the line is closed, and waits for a newline each time
 *
 * Prints one line of NAME=VALUE. Works with the executors of LLVM 19 and later. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum opcode { SETUP, HANGUP, RESULT, CALL };
enum { PROTECTION_READ = 1, PROTECTION_EXECUTE = 4 };

struct header {
    uint64_t size, opcode, sequence, tag;
};

struct frame {
    struct header header;
    const uint8_t *payload; /* valid until the next frame is received */
};

struct span {
    const void *data;
    size_t size;
};

/* ---- the line ---- */

static int in = -1, out = -1;
static pid_t executor; /* that we have started */
static int two_writes, steps;
static uint8_t received[1 << 20];
static size_t head, tail;

static void fail(const char *what) {
    fprintf(stderr, errno ? "probe: %s: %s\n" : "probe: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void connect_to(char *address) {
    char *colon = strrchr(address, ':');
    struct sockaddr_in peer = {.sin_family = AF_INET};
    if (!colon) fail("connect= needs HOST:PORT");
    *colon = 0;
    peer.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) fail("connect= needs an IPv4 address");
    in = out = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(in, (struct sockaddr *)&peer, sizeof peer)) fail("connect");
    int no_delay = !two_writes;
    setsockopt(in, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
}

static void start(const char *program) {
    int to[2], from[2];
    if (pipe2(to, 0) || pipe2(from, 0)) fail("pipe");
    executor = fork();
    if (executor < 0) fail("fork");
    if (executor == 0) {
        char descriptors[64];
        close(to[1]);
        close(from[0]);
        snprintf(descriptors, sizeof descriptors, "filedescs=%d,%d", to[0], from[1]);
        execl(program, program, descriptors, (char *)0);
        fail(program);
    }
    close(to[0]);
    close(from[1]);
    in = from[0];
    out = to[1];
}

static void write_all(struct iovec *piece, int count) {
    while (count) {
        ssize_t n = writev(out, piece, count);
        if (n < 0) fail("write");
        for (; count && (size_t)n >= piece->iov_len; piece++, count--) n -= piece->iov_len;
        if (count) {
            piece->iov_base = (char *)piece->iov_base + n;
            piece->iov_len -= n;
        }
    }
}

static void send_frame(struct header header, const struct span *payload, int count) {
    struct iovec piece[5] = {{&header, sizeof header}};
    for (int i = 0; i < count; i++) {
        header.size += payload[i].size;
        piece[i + 1] = (struct iovec){(void *)payload[i].data, payload[i].size};
    }
    if (two_writes) {
        write_all(piece, 1);
        write_all(piece + 1, count);
    } else {
        write_all(piece, count + 1);
    }
}

static void send_call(uint64_t sequence, uint64_t tag, const struct span *payload, int count) {
    send_frame((struct header){sizeof(struct header), CALL, sequence, tag}, payload, count);
}

/* Sends no more and reads until the executor's end of the stream: closing a socket with unread data resets the connection. */
static void hang_up(void) {
    if (executor) close(out);
    else shutdown(out, SHUT_WR);
    while (read(in, received, sizeof received) > 0) continue;
}

/* Returns the next size bytes, in one piece. */
static const uint8_t *take(size_t size) {
    if (size > sizeof received) fail("a frame that is too large for the probe");
    if (head + size > sizeof received) {
        memmove(received, received + head, tail - head);
        tail -= head;
        head = 0;
    }
    while (tail - head < size) {
        ssize_t n = read(in, received + tail, sizeof received - tail);
        if (n < 0) fail("read");
        if (n == 0) fail("the executor has closed the line");
        tail += n;
    }
    const uint8_t *taken = received + head;
    head += size;
    if (head == tail) head = tail = 0;
    return taken;
}

static struct frame receive(void) {
    struct frame frame;
    memcpy(&frame.header, take(sizeof frame.header), sizeof frame.header);
    if (frame.header.size < sizeof frame.header) fail("a frame smaller than its header");
    frame.payload = take(frame.header.size - sizeof frame.header);
    return frame;
}

/* Returns the next result. A call of the executor gets the result of LLVM's controllers for an unknown handler. */
static struct frame receive_result(void) {
    struct frame frame = receive();
    for (; frame.header.opcode == CALL; frame = receive())
        send_frame((struct header){sizeof(struct header), RESULT, frame.header.sequence, 0}, 0, 0);
    if (frame.header.opcode != RESULT) fail("a frame that is not a result");
    return frame;
}

static uint64_t next_sequence;

static struct frame call(uint64_t tag, const struct span *payload, int count) {
    uint64_t sequence = next_sequence++;
    send_call(sequence, tag, payload, count);
    struct frame result = receive_result();
    if (result.header.sequence != sequence) fail("a result for another call");
    return result;
}

/* ---- what the executor offers ---- */

static struct {
    char *name;
    uint64_t address;
} symbols[256];
static size_t symbol_count;
static uint64_t page_size;

static uint64_t get(const uint8_t **at) {
    uint64_t value;
    memcpy(&value, *at, sizeof value);
    *at += sizeof value;
    return value;
}

static void skip_text(const uint8_t **at) {
    uint64_t size = get(at);
    *at += size;
}

static void receive_setup(void) {
    struct frame setup = receive();
    if (setup.header.opcode != SETUP) fail("the first frame is not a Setup");
    const uint8_t *at = setup.payload;
    skip_text(&at);
    page_size = get(&at);
    for (uint64_t left = get(&at); left; left--) {
        skip_text(&at);
        skip_text(&at);
    }
    symbol_count = get(&at);
    if (symbol_count > sizeof symbols / sizeof *symbols) fail("too many bootstrap symbols for the probe");
    for (size_t i = 0; i < symbol_count; i++) {
        uint64_t size = get(&at);
        symbols[i].name = strndup((const char *)at, size);
        at += size;
        symbols[i].address = get(&at);
    }
}

static uint64_t find(const char *name) {
    for (size_t i = 0; i < symbol_count; i++)
        if (!strcmp(symbols[i].name, name)) return symbols[i].address;
    return 0;
}

static uint64_t require(const char *name) {
    uint64_t address = find(name);
    errno = 0;
    if (!address) fail(name);
    return address;
}

/* ---- empty calls ---- */

static uint64_t write_bytes;
static const uint64_t no_elements;
static const struct span empty_call = {&no_elements, sizeof no_elements};

static double timed_empty_call(void) {
    double began = now();
    call(write_bytes, &empty_call, 1);
    return now() - began;
}

static void step(const char *name) {
    if (!steps) return;
    puts(name);
    fflush(stdout);
    if (getchar() == EOF) exit(1);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Prints a percentile in microseconds; sorts the samples. */
static void print_percentile(const char *name, double *seconds, size_t count, int percent) {
    qsort(seconds, count, sizeof *seconds, ascending);
    printf("%s=%.3f ", name, count ? seconds[count * percent / 100] * 1e6 : 0);
}

static double *samples(size_t count) {
    double *seconds = calloc(count + 1, sizeof *seconds);
    if (!seconds) fail("calloc");
    return seconds;
}

static void round_trips(size_t calls) {
    double *seconds = samples(calls);
    for (size_t i = 0; i < calls / 5; i++) timed_empty_call();
    step("begin");
    for (size_t i = 0; i < calls; i++) seconds[i] = timed_empty_call();
    step("end");
    print_percentile("p50_us", seconds, calls, 50);
    print_percentile("p99_us", seconds, calls, 99);
}

static double pipelined(size_t calls, size_t depth) {
    double began = now();
    for (size_t sent = 0, got = 0; got < calls; got++) {
        for (; sent < calls && sent - got < depth; sent++) send_call(next_sequence++, write_bytes, &empty_call, 1);
        receive_result();
    }
    return now() - began;
}

static void pipeline(size_t calls, size_t depth) {
    pipelined(calls / 5, depth);
    step("begin");
    printf("calls_per_s=%.0f ", calls / pipelined(calls, depth));
    step("end");
}

/* ---- memory ---- */

struct memory_manager {
    uint64_t instance, reserve, initialize, release;
    int is_llvm19;
};

static struct memory_manager memory_manager(void) {
    struct memory_manager m = {.instance = require("__llvm_orc_SimpleExecutorMemoryManager_Instance"),
                               .reserve = require("__llvm_orc_SimpleExecutorMemoryManager_reserve_wrapper"),
                               .initialize = find("__llvm_orc_SimpleExecutorMemoryManager_initialize_wrapper")};
    m.is_llvm19 = !m.initialize;
    m.release = require(m.is_llvm19 ? "__llvm_orc_SimpleExecutorMemoryManager_deallocate_wrapper"
                                    : "__llvm_orc_SimpleExecutorMemoryManager_release_wrapper");
    if (m.is_llvm19) m.initialize = require("__llvm_orc_SimpleExecutorMemoryManager_finalize_wrapper");
    return m;
}

/* The first byte of SPSExpected tells whether there is a value, that of SPSError whether there is an error. */
static void check(struct frame result, int wanted, const char *what) {
    errno = 0;
    if (result.header.size == sizeof result.header || result.payload[0] != wanted) fail(what);
}

/* Makes one read-execute segment of size bytes. Returns the time of the whole cycle, or of the initialize alone. */
static double memory_cycle(const struct memory_manager *m, const uint8_t *content, uint64_t size, int initialize_only) {
    double began = now();
    uint64_t reservation[] = {m->instance, size};
    struct frame reserved = call(m->reserve, &(struct span){reservation, sizeof reservation}, 1);
    check(reserved, 1, "reserve failed");
    uint64_t base;
    memcpy(&base, reserved.payload + 1, sizeof base);

    struct __attribute__((packed)) {
        uint64_t instance, segments;
        uint8_t protection;
        uint64_t address, size, content_size;
    } request = {m->instance, 1, PROTECTION_READ | PROTECTION_EXECUTE, base, size, size};
    const uint64_t no_actions = 0;
    struct span payload[] = {{&request, sizeof request}, {content, size}, {&no_actions, sizeof no_actions}};
    double initializing = now();
    check(call(m->initialize, payload, 3), m->is_llvm19 ? 0 : 1, "initialize failed");
    double initialized = now() - initializing;

    uint64_t bases[] = {m->instance, 1, base};
    check(call(m->release, &(struct span){bases, sizeof bases}, 1), 0, "release failed");
    return initialize_only ? initialized : now() - began;
}

static void memory_cycles(size_t bytes, size_t cycles, size_t warm_up, int initialize_only) {
    struct memory_manager m = memory_manager();
    uint64_t size = (bytes + page_size - 1) / page_size * page_size;
    uint8_t *content = malloc(size);
    double *seconds = samples(cycles);
    if (!content) fail("malloc");
    memset(content, 0xc3, size); /* x86's return */
    for (size_t i = 0; i < warm_up; i++) memory_cycle(&m, content, size, 0);
    step("begin");
    for (size_t i = 0; i < cycles; i++) seconds[i] = memory_cycle(&m, content, size, initialize_only);
    step("end");
    print_percentile("p50_us", seconds, cycles, 50);
    printf("gb_per_s=%.4f ", cycles ? size / seconds[cycles / 2] / 1e9 : 0);
}

static void crash(void) {
#ifdef __x86_64__
    static const uint8_t forbidden[] = {0x0f, 0x0b}; /* ud2 */
#else
    static const uint8_t forbidden[] = {0, 0, 0, 0}; /* udf #0 */
#endif
    struct memory_manager m = memory_manager();
    uint64_t reservation[] = {m.instance, page_size};
    struct frame reserved = call(m.reserve, &(struct span){reservation, sizeof reservation}, 1);
    check(reserved, 1, "reserve failed");
    uint64_t base;
    memcpy(&base, reserved.payload + 1, sizeof base);
    struct __attribute__((packed)) {
        uint64_t instance, segments;
        uint8_t protection;
        uint64_t address, size, content_size;
    } request = {m.instance, 1, PROTECTION_READ | PROTECTION_EXECUTE, base, page_size, sizeof forbidden};
    const uint64_t no_actions = 0;
    struct span payload[] = {{&request, sizeof request}, {forbidden, sizeof forbidden}, {&no_actions, sizeof no_actions}};
    check(call(m.initialize, payload, 3), m.is_llvm19 ? 0 : 1, "initialize failed");
    call(base, 0, 0);
    printf("crashed=1 ");
}

/* ---- controllers with something else to do ---- */

static void think(double micros, double seconds) {
    double *took = samples(10 * 1000 * 1000);
    size_t calls = 0;
    for (int i = 0; i < 2000; i++) timed_empty_call();
    step("begin");
    for (double until = now() + seconds; now() < until;) {
        usleep(micros ? (useconds_t)micros : (useconds_t)(seconds * 1e6));
        if (micros) took[calls++] = timed_empty_call();
    }
    step("end");
    print_percentile("p50_us", took, calls, 50);
    printf("calls=%zu ", calls);
}

static double call_each_seconds;
static size_t work_millions;

/* Runs steps of a generator of random numbers, which no compiler removes. */
static void *work(void *is_first) {
    volatile uint64_t sink;
    uint64_t x = 88172645463325252u;
    double next_call = now() + call_each_seconds;
    for (size_t chunk = 0; chunk < work_millions * 100; chunk++) {
        for (int i = 0; i < 10000; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        if (is_first && call_each_seconds && now() >= next_call) {
            timed_empty_call();
            next_call = now() + call_each_seconds;
        }
    }
    sink = x;
    (void)sink;
    return 0;
}

static void compute(int threads, size_t millions, double micros) {
    pthread_t others[64];
    work_millions = millions;
    call_each_seconds = micros * 1e-6;
    for (int i = 0; i < 2000; i++) timed_empty_call();
    step("begin");
    double began = now();
    for (int i = 1; i < threads && i < 64; i++) pthread_create(&others[i], 0, work, 0);
    work(others);
    for (int i = 1; i < threads && i < 64; i++) pthread_join(others[i], 0);
    double took = now() - began;
    step("end");
    printf("ms=%.3f ", took * 1e3);
}

int main(int count, char **argument) {
    for (; count > 1 && argument[1][0] == '-'; count--, argument++) {
        if (!strcmp(argument[1], "-two-writes")) two_writes = 1;
        if (!strcmp(argument[1], "-steps")) steps = 1;
    }
    if (count < 3) fail("usage: probe [-two-writes] [-steps] connect=HOST:PORT|start=PROGRAM MODE [NUMBER...]");
    double number[3] = {0};
    for (int i = 3; i < count && i < 6; i++) number[i - 3] = atof(argument[i]);
    const char *mode = argument[2];

    double began = now();
    if (!strncmp(argument[1], "connect=", 8)) connect_to(argument[1] + 8);
    else if (!strncmp(argument[1], "start=", 6)) start(argument[1] + 6);
    else fail("connect= or start= is missing");
    receive_setup();
    double setup = now() - began;
    write_bytes = require("__llvm_orc_bootstrap_mem_write_uint8s_wrapper");

    if (!strcmp(mode, "setup")) step("end");
    else if (!strcmp(mode, "rtt")) round_trips(number[0]);
    else if (!strcmp(mode, "pipeline")) pipeline(number[0], number[1]);
    else if (!strcmp(mode, "cycle")) memory_cycles(number[0], number[1], number[2], 0);
    else if (!strcmp(mode, "initialize")) memory_cycles(number[0], number[1], 2, 1);
    else if (!strcmp(mode, "crash")) crash();
    else if (!strcmp(mode, "think")) think(number[0], number[1]);
    else if (!strcmp(mode, "work")) compute(number[0], number[1], number[2]);
    else fail("no such mode");

    hang_up();
    if (executor) {
        int status;
        waitpid(executor, &status, 0);
        printf("whole_ms=%.3f ", (now() - began) * 1e3);
        if (status) fail("the executor has failed");
    }
    printf("setup_ms=%.3f\n", setup * 1e3);
    return 0;
}
