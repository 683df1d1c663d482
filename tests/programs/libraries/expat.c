// packages: libexpat1-dev
// needs: libexpat.a
// build: cc -O1 $source -o native -l:libexpat.a -lm
#include <expat.h>
#include <stdio.h>
#include <string.h>

static void start(void *depth, const char *name, const char **attributes) {
    printf("%*s%s %s\n", 2 * (*(int *)depth)++, "", name, attributes[0] ? attributes[1] : "");
}

static void end(void *depth, const char *name) {
    (void)name;
    --*(int *)depth;
}

int main(void) {
    int depth = 0;
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, &depth);
    XML_SetElementHandler(parser, start, end);
    const char *text = "<ship name='Pequod'><whale kind='sperm'/><sea>&#x20AC;</see></ship>";
    if (!XML_Parse(parser, text, (int)strlen(text), 1)) {
        printf("line %lu: %s\n", XML_GetCurrentLineNumber(parser), XML_ErrorString(XML_GetErrorCode(parser)));
    }
    XML_ParserFree(parser);
    return 7;
}
