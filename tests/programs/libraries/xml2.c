// packages: libxml2-dev liblzma-dev zlib1g-dev libicu-dev
// needs: libxml2.a liblzma.a libz.a libicuuc.a
// build: cc -O1 -I/usr/include/libxml2 $source -o native -Wl,-Bstatic -lxml2 -licui18n -licuuc -licudata -lz -llzma -Wl,-Bdynamic -lm -lpthread -lstdc++
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    const char *text = "<ships><ship n='1'>Pequod</ship><ship n='2'>Rachel</ship></ships>";
    xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), "ships.xml", NULL, 0);
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST "//ship[@n > 1]/text()", context);
    printf("%d %s\n", found->nodesetval->nodeNr, found->nodesetval->nodeTab[0]->content);
    xmlXPathObjectPtr number = xmlXPathEvalExpression(BAD_CAST "sum(//@n) div 4", context);
    printf("%g\n", number->floatval);
    xmlXPathFreeObject(found);
    xmlXPathFreeObject(number);
    xmlXPathFreeContext(context);
    xmlSaveFormatFile("-", document, 1);
    xmlFreeDoc(document);
    document = xmlReadMemory("<a><b></a>", 10, "wrong.xml", NULL, 0);
    printf("%d\n", document == NULL);
    xmlCleanupParser();
    return 7;
}
