// packages: libgc-dev
// needs: libgc.a
// build: cc -O1 $source -o native -l:libgc.a -ldl -lpthread
#include <gc.h>
#include <stdio.h>

struct node {
    struct node *next;
    int value;
};

static struct node *list;

int main(void) {
    GC_INIT();
    for (int i = 0; i < 1000; i++) {
        struct node *node = GC_MALLOC(sizeof *node);
        *node = (struct node){list, i};
        list = node;
        for (int j = 0; j < 100; j++) {
            GC_MALLOC(1000);
        }
    }
    GC_gcollect();
    long sum = 0;
    for (struct node *node = list; node; node = node->next) {
        sum += node->value;
    }
    printf("%ld %d\n", sum, GC_get_heap_size() < 100 << 20);
    return 7;
}
