// packages: libncurses-dev
// needs: libncurses.a libtinfo.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lncurses -ltinfo -Wl,-Bdynamic
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <term.h>

int main(void) {
    int error;
    setenv("TERM", "xterm", 1);
    setupterm(NULL, 1, &error);
    printf("%d %d %s\n", error, tigetnum("colors"), tparm(tigetstr("cup"), 4, 5) + 1);
    FILE *out = fopen("screen", "w");
    SCREEN *screen = newterm("xterm", out, stdin);
    mvprintw(1, 2, "a whale");
    char text[20];
    mvinnstr(1, 2, text, 7);
    refresh();
    endwin();
    delscreen(screen);
    printf("%s %d\n", text, ftell(out) > 0);
    return 7;
}
