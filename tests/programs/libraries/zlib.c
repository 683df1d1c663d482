// packages: zlib1g-dev
// needs: libz.a
// build: cc -O1 $source -o native -l:libz.a
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void) {
    static unsigned char text[100000], packed[200000], back[100000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = "whale"[i * i % 5];
    }
    uLongf packed_size = sizeof packed, back_size = sizeof back;
    compress2(packed, &packed_size, text, sizeof text, 9);
    int status = uncompress(back, &back_size, packed, packed_size);
    printf("%s %lu %lx %d %d\n", zlibVersion(), packed_size, crc32(0, text, sizeof text), status,
        memcmp(text, back, sizeof text));
    gzFile file = gzopen("out.gz", "wb");
    gzprintf(file, "%d lines\n", 3);
    gzclose(file);
    return 7;
}
