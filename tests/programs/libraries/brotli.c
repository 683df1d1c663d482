// packages: libbrotli-dev
// needs: libbrotlienc-static.a|libbrotlienc.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lbrotlienc -lbrotlidec -lbrotlicommon -Wl,-Bdynamic -lm
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static uint8_t text[100000], packed[200000], back[100000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)"the sea the whale "[i * i % 18];
    }
    size_t size = sizeof packed, out = sizeof back;
    BrotliEncoderCompress(9, 22, BROTLI_MODE_TEXT, sizeof text, text, &size, packed);
    int status = BrotliDecoderDecompress(size, packed, &out, back);
    printf("%zu %d %zu %d\n", size, status, out, memcmp(text, back, sizeof text));
    return 7;
}
