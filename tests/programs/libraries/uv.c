// packages: libuv1-dev
// needs: libuv_a.a|libuv.a
// build: cc -O1 $source -o native -l:libuv_a.a -ldl -lpthread -lrt
#include <stdio.h>
#include <uv.h>

static int ticks, worked;

static void tick(uv_timer_t *timer) {
    if (++ticks == 3) {
        uv_timer_stop(timer);
    }
}

static void work(uv_work_t *request) {
    *(int *)request->data = 5;
}

static void done(uv_work_t *request, int status) {
    printf("worked %d %d\n", *(int *)request->data, status);
}

static void exited(uv_process_t *process, int64_t status, int signal) {
    printf("child %d %d\n", (int)status, signal);
    uv_close((uv_handle_t *)process, NULL);
}

int main(void) {
    uv_loop_t *loop = uv_default_loop();
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, tick, 1, 1);
    uv_work_t request = {.data = &worked};
    uv_queue_work(loop, &request, work, done);
    uv_run(loop, UV_RUN_DEFAULT);
    char *arguments[] = {"sh", "-c", "exit 4", NULL};
    uv_process_options_t options = {.file = "sh", .args = arguments, .exit_cb = exited};
    uv_process_t process;
    int spawned = uv_spawn(loop, &process, &options);
    uv_run(loop, UV_RUN_DEFAULT);
    printf("ticks %d spawned %d %s\n", ticks, spawned, uv_strerror(UV_ENOENT));
    return 7;
}
