// packages: libjpeg62-turbo-dev
// needs: libjpeg.a
// build: cc -O1 $source -o native -l:libjpeg.a
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

int main(void) {
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct c = {.err = jpeg_std_error(&errors)};
    unsigned char *file = NULL, row[96 * 3], *rows[] = {row};
    unsigned long size = 0;
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &file, &size);
    c.image_width = c.image_height = 96;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_start_compress(&c, TRUE);
    for (int y = 0; y < 96; y++) {
        for (int i = 0; i < 96 * 3; i++) {
            row[i] = (unsigned char)(i * y >> 3);
        }
        jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    struct jpeg_decompress_struct d = {.err = jpeg_std_error(&errors)};
    jpeg_create_decompress(&d);
    jpeg_mem_src(&d, file, size);
    jpeg_read_header(&d, TRUE);
    jpeg_start_decompress(&d);
    unsigned long sum = 0;
    while (d.output_scanline < d.output_height) {
        jpeg_read_scanlines(&d, rows, 1);
        for (int i = 0; i < 96 * 3; i++) {
            sum = sum * 31 + row[i];
        }
    }
    jpeg_finish_decompress(&d);
    printf("%lu bytes, %ux%u, %lx\n", size, d.output_width, d.output_height, sum);
    jpeg_destroy_decompress(&d);
    free(file);
    return 7;
}
