// packages: libzstd-dev
// needs: libzstd.a
// build: cc -O1 $source -o native -l:libzstd.a -lpthread
#include <stdio.h>
#include <string.h>
#include <zstd.h>

int main(void) {
    static char text[300000], packed[400000], back[300000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = "leviathan"[i * i % 9];
    }
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 12);
    ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, 2);
    size_t size = ZSTD_compress2(context, packed, sizeof packed, text, sizeof text);
    size_t out = ZSTD_decompress(back, sizeof back, packed, size);
    printf("%s %zu %zu %d\n", ZSTD_versionString(), size, out, memcmp(text, back, sizeof text));
    ZSTD_freeCCtx(context);
    return 7;
}
