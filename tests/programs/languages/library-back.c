// build: printf '%s\n' '#include <stdio.h>' 'extern int setting; extern int answer(int); extern int spare(void) __attribute__((weak));' 'int late = 3; int ask(void) { printf("setting %d, spare %d\n", setting, spare != 0); return answer(setting) + late; }' >ask.c
// build: cc -O1 -fPIC -shared ask.c -o libask.so && cc -O1 $source -o native -L. -lask -Wl,-rpath,$PWD
#include <stdio.h>

extern int ask(void);
extern int late;
int setting = 4;

int answer(int n) {
    return n * n;
}

int main(void) {
    late = 5;
    setting = 6;
    printf("%d\n", ask());
    return 7;
}
