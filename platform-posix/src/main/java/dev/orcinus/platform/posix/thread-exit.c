/*
 * The functions that keep destructors of thread-locals, whose machine code is the listings in ThreadExitCode.java. A test compiles this file with
 * LLVM 20's clang and compares the bytes with the listings:
 *
 * clang: -Os -ffreestanding -fno-strict-aliasing -fomit-frame-pointer -fno-asynchronous-unwind-tables
 * clang for aarch64: -mcmodel=tiny
 *
 * To change the code, change it here, compile it, and write the instructions into the listings.
 */
#include <stddef.h>

/* A destructor that a thread has registered. */
struct record {
    void (*destructor)(void *);
    void *object;
    void *dso;
    struct record *next;
    struct record **link; /* the pointer that leads here */
    long state;
};

enum { WAITING, RUNNING, CANCELLED };

/* The data. Under Linux, where this is a library, the dynamic linker writes the addresses. */
struct words {
    char lock[48];       /* of zeros: a pthread_mutex_t of glibc, an os_unfair_lock of macOS */
    struct record *head; /* a list, the newest first */
    void *(*malloc)(size_t);
    void (*free)(void *);
    int (*lock_mutex)(void *);
    int (*unlock_mutex)(void *);
    int (*yield)(void);
    int (*at_thread_exit)(void (*)(void *), void *, void *); /* __cxa_thread_atexit_impl, _tlv_atexit */
    void (*end)(void *);
};

/* ThreadExitCode has these numbers, too. */
_Static_assert(offsetof(struct words, malloc) == 0x38, "FIRST_IMPORT");
_Static_assert(offsetof(struct words, end) == 0x68, "END");
_Static_assert(sizeof(struct words) == 0x70, "WORD_BYTES");

extern struct words words __attribute__((visibility("hidden")));

/* The compiler must not know where the words are, so that each function refers to them by one instruction. */
static inline struct words *own_words(void) {
    struct words *own = &words;
    __asm__("" : "+r"(own));
    return own;
}

static inline void unlink_record(struct record *r) {
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
}

/* __cxa_thread_atexit. glibc looks which library its third argument is in: the words are in this one. */
int at_exit(void (*destructor)(void *), void *object, void *dso) {
    struct words *own = own_words();
    struct record *r = own->malloc(sizeof *r);
    if (!r)
        return -1;
    r->destructor = destructor;
    r->object = object;
    r->dso = dso;
    r->state = WAITING;
    own->lock_mutex(own->lock);
    r->link = &own->head;
    r->next = own->head;
    if (r->next)
        r->next->link = &r->next;
    own->head = r;
    own->unlock_mutex(own->lock);
    return own->at_thread_exit(own->end, r, own);
}

/* What glibc calls at the end of the thread. */
void end(void *argument) {
    struct record *r = argument;
    struct words *own = own_words();
    own->lock_mutex(own->lock);
    if (r->state == WAITING) {
        r->state = RUNNING;
        own->unlock_mutex(own->lock);
        r->destructor(r->object);
        own->lock_mutex(own->lock);
        unlink_record(r);
    }
    own->unlock_mutex(own->lock);
    own->free(r);
}

/* Runs all destructors of a library that has to go, the newest first, and waits for those that run. */
void run(void *dso) {
    struct words *own = own_words();
    own->lock_mutex(own->lock);
    struct record **at = &own->head;
    while (*at) {
        struct record *r = *at;
        if (r->dso != dso) {
            at = &r->next;
            continue;
        }
        if (r->state == WAITING) {
            r->state = CANCELLED;
            unlink_record(r);
            void (*destructor)(void *) = r->destructor;
            void *object = r->object;
            own->unlock_mutex(own->lock);
            destructor(object);
        } else {
            own->unlock_mutex(own->lock);
            own->yield();
        }
        own->lock_mutex(own->lock);
        at = &own->head;
    }
    own->unlock_mutex(own->lock);
}
