/*
 * relay REPORT PROGRAM ARGUMENT... filedescs=IN,OUT
 *
 * Stands between a controller and its executor: starts PROGRAM ARGUMENT... filedescs=A,B on pipes of its own, passes everything on, and
 * counts frames and bytes. REPORT gets a line "first FRAMES BYTES" when the executor writes the first byte to standard output, and
 * "all FRAMES BYTES" at the end; both directions and the Setup message are counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct way {
    int from, to;
    uint64_t left;         /* of the frame that is passing */
    unsigned char head[8]; /* its size, as far as it is here */
    unsigned got;
};

static uint64_t frames, bytes;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void count(struct way *way, const unsigned char *data, size_t size)
{
    bytes += size;
    while (size != 0) {
        size_t step;
        if (way->left == 0) {
            way->head[way->got++] = *data;
            step = 1;
            if (way->got == sizeof way->head) {
                memcpy(&way->left, way->head, sizeof way->head);
                way->left -= sizeof way->head;
                way->got = 0;
                frames++;
            }
        } else {
            step = size < way->left ? size : way->left;
            way->left -= step;
        }
        data += step;
        size -= step;
    }
}

static void put(int fd, const unsigned char *data, size_t size)
{
    while (size != 0) {
        ssize_t done = write(fd, data, size);
        if (done < 0 && errno != EINTR)
            die("write");
        if (done > 0) {
            data += done;
            size -= done;
        }
    }
}

/* Returns false at the end. */
static int pass(struct way *way, int counts)
{
    static unsigned char buffer[1 << 16];
    ssize_t size = read(way->from, buffer, sizeof buffer);
    if (size <= 0)
        return 0;
    if (counts)
        count(way, buffer, size);
    put(way->to, buffer, size);
    return 1;
}

int main(int argc, char **argv)
{
    int in, out, requests[2], replies[2], output[2];
    if (argc < 4 || sscanf(argv[argc - 1], "filedescs=%d,%d", &in, &out) != 2)
        return 2;
    if (pipe2(requests, O_CLOEXEC) || pipe2(replies, O_CLOEXEC) || pipe2(output, O_CLOEXEC))
        die("pipe2");
    pid_t child = fork();
    if (child == 0) {
        char last[64];
        int read_end = dup(requests[0]), write_end = dup(replies[1]);
        dup2(output[1], 1);
        close(in);
        close(out);
        snprintf(last, sizeof last, "filedescs=%d,%d", read_end, write_end);
        argv[argc - 1] = last;
        execvp(argv[2], argv + 2);
        die(argv[2]);
    }
    close(requests[0]);
    close(replies[1]);
    close(output[1]);
    FILE *report = fopen(argv[1], "w");
    if (!report)
        die(argv[1]);
    struct way ways[3] = {{.from = in, .to = requests[1]}, {.from = replies[0], .to = out}, {.from = output[0], .to = 1}};
    struct pollfd polls[3] = {{in, POLLIN, 0}, {replies[0], POLLIN, 0}, {output[0], POLLIN, 0}};
    int seen = 0;
    while (polls[1].fd >= 0 || polls[2].fd >= 0) {
        if (poll(polls, 3, -1) < 0)
            die("poll");
        for (int i = 2; i >= 0; i--) {
            if (polls[i].fd < 0 || !polls[i].revents)
                continue;
            if (i == 2 && !seen) {
                seen = 1;
                fprintf(report, "first %llu %llu\n", (unsigned long long)frames, (unsigned long long)bytes);
                fflush(report);
            }
            if (!pass(&ways[i], i != 2)) {
                polls[i].fd = -1;
                if (i == 0)
                    close(requests[1]);
                if (i == 1)
                    close(out);
            }
        }
    }
    fprintf(report, "all %llu %llu\n", (unsigned long long)frames, (unsigned long long)bytes);
    fclose(report);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
