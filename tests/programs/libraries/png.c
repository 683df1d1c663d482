// packages: libpng-dev zlib1g-dev
// needs: libpng.a libz.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lpng -lz -Wl,-Bdynamic -lm
#include <png.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static unsigned char pixels[64 * 64 * 3], file[100000], back[64 * 64 * 3];
    for (unsigned i = 0; i < sizeof pixels; i++) {
        pixels[i] = (unsigned char)(i * i >> 5);
    }
    png_image image = {.version = PNG_IMAGE_VERSION, .width = 64, .height = 64, .format = PNG_FORMAT_RGB};
    png_alloc_size_t size = sizeof file;
    int written = png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL);
    png_image read = {.version = PNG_IMAGE_VERSION};
    int begun = png_image_begin_read_from_memory(&read, file, size);
    read.format = PNG_FORMAT_RGB;
    png_image_finish_read(&read, NULL, back, 0, NULL);
    printf("%s %d %d %ux%u %d\n", PNG_LIBPNG_VER_STRING, written, begun, read.width, read.height,
        memcmp(pixels, back, sizeof pixels));
    file[100] ^= 1;
    png_image broken = {.version = PNG_IMAGE_VERSION};
    png_image_begin_read_from_memory(&broken, file, size);
    broken.format = PNG_FORMAT_RGB;
    printf("%d %s\n", png_image_finish_read(&broken, NULL, back, 0, NULL), broken.message);
    return 7;
}
