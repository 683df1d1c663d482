// packages: libpcre2-dev
// needs: libpcre2-8.a
// build: cc -O1 $source -o native -l:libpcre2-8.a -lpthread
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>

int main(void) {
    int error;
    size_t offset;
    PCRE2_SPTR text = (PCRE2_SPTR) "call me Ishmael, 42 times";
    pcre2_code *code = pcre2_compile((PCRE2_SPTR) "(?<name>\\p{Lu}\\w+),\\s(\\d+)", PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &offset, NULL);
    int compiled = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    int count = pcre2_match(code, text, PCRE2_ZERO_TERMINATED, 0, 0, data, NULL);
    size_t *at = pcre2_get_ovector_pointer(data);
    printf("%d %d %zu %zu\n", compiled, count, at[2], at[4]);
    printf("%d\n", pcre2_compile((PCRE2_SPTR) "(", 1, 0, &error, &offset, NULL) == NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return 7;
}
