// packages: liblzma-dev
// needs: liblzma.a
// build: cc -O1 $source -o native -l:liblzma.a -lpthread
#include <lzma.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static uint8_t text[300000], packed[400000], back[300000];
    for (unsigned i = 0; i < sizeof text; i++) {
        text[i] = "leviathan"[i * i % 9];
    }
    size_t packed_size = 0, in = 0, out = 0;
    uint64_t limit = UINT64_MAX;
    lzma_mt threads = {.threads = 2, .preset = 6, .check = LZMA_CHECK_CRC64};
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_stream_encoder_mt(&stream, &threads);
    stream.next_in = text, stream.avail_in = sizeof text, stream.next_out = packed, stream.avail_out = sizeof packed;
    while (lzma_code(&stream, LZMA_FINISH) == LZMA_OK) {
    }
    packed_size = stream.total_out;
    lzma_end(&stream);
    int status = lzma_stream_buffer_decode(&limit, 0, NULL, packed, &in, packed_size, back, &out, sizeof back);
    printf("%s %zu %d %zu %d\n", lzma_version_string(), packed_size, status, out, memcmp(text, back, sizeof text));
    return 7;
}
