// packages: libfreetype-dev libpng-dev libbrotli-dev zlib1g-dev
// needs: libfreetype.a libpng.a libbrotlidec.a libz.a
// build: cc -O1 -I/usr/include/freetype2 $source -o native -Wl,-Bstatic -lfreetype -lpng -lz -lbrotlidec -lbrotlicommon -Wl,-Bdynamic -lm
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include <stdio.h>

int main(void) {
    FT_Library library;
    FT_Int major, minor, patch;
    FT_Init_FreeType(&library);
    FT_Library_Version(library, &major, &minor, &patch);
    FT_Outline outline;
    FT_Outline_New(library, 4, 1, &outline);
    FT_Vector points[] = {{0, 0}, {640, 0}, {640, 640}, {0, 320}};
    for (int i = 0; i < 4; i++) {
        outline.points[i] = points[i];
        outline.tags[i] = 1;
    }
    outline.contours[0] = 3;
    unsigned char pixels[100] = {0};
    FT_Bitmap bitmap = {.rows = 10, .width = 10, .pitch = 10, .buffer = pixels, .pixel_mode = FT_PIXEL_MODE_GRAY, .num_grays = 256};
    int error = FT_Outline_Get_Bitmap(library, &outline, &bitmap), sum = 0;
    for (int i = 0; i < 100; i++) {
        sum += pixels[i];
    }
    FT_Face face;
    printf("%d.%d.%d %d %d %d\n", major, minor, patch, error, sum, FT_New_Face(library, "/nowhere", 0, &face));
    FT_Outline_Done(library, &outline);
    FT_Done_FreeType(library);
    return 7;
}
