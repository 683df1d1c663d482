// packages: libbz2-dev
// needs: libbz2.a
// build: cc -O1 $source -o native -l:libbz2.a
#include <bzlib.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static char text[100000], packed[200000], back[100000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = "whale"[i * i % 5];
    }
    unsigned packed_size = sizeof packed, back_size = sizeof back;
    BZ2_bzBuffToBuffCompress(packed, &packed_size, text, sizeof text, 9, 0, 30);
    int status = BZ2_bzBuffToBuffDecompress(back, &back_size, packed, packed_size, 0, 0);
    printf("%s %u %d %d\n", BZ2_bzlibVersion(), packed_size, status, memcmp(text, back, sizeof text));
    return 7;
}
