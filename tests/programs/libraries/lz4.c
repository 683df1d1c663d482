// packages: liblz4-dev
// needs: liblz4.a
// build: cc -O1 $source -o native -l:liblz4.a
#include <lz4.h>
#include <lz4hc.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static char text[100000], packed[200000], back[100000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = "whale"[i * i % 5];
    }
    int fast = LZ4_compress_default(text, packed, sizeof text, sizeof packed);
    int high = LZ4_compress_HC(text, packed, sizeof text, sizeof packed, 9);
    int out = LZ4_decompress_safe(packed, back, high, sizeof back);
    printf("%s %d %d %d %d\n", LZ4_versionString(), fast, high, out, memcmp(text, back, sizeof text));
    return 7;
}
