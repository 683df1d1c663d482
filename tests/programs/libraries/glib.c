// packages: libglib2.0-dev libpcre2-dev
// needs: libglib-2.0.a libgobject-2.0.a libpcre2-8.a pkg-config
// build: cc -O1 $(pkg-config --cflags gobject-2.0) $source -o native -Wl,-Bstatic -lgobject-2.0 -lglib-2.0 -lpcre2-8 -lffi -Wl,-Bdynamic -lm -lpthread
#include <glib-object.h>
#include <stdio.h>

static gpointer run(gpointer data) {
    return GINT_TO_POINTER(GPOINTER_TO_INT(data) * 2);
}

static gboolean tick(gpointer loop) {
    static int ticks;
    if (++ticks < 3) {
        return G_SOURCE_CONTINUE;
    }
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

int main(void) {
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(table, "whale", "Moby");
    printf("%s\n", (char *)g_hash_table_lookup(table, "whale"));
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    g_timeout_add(1, tick, loop);
    g_main_loop_run(loop);
    printf("%d\n", GPOINTER_TO_INT(g_thread_join(g_thread_new("t", run, GINT_TO_POINTER(21)))));
    GValue value = G_VALUE_INIT, text = G_VALUE_INIT;
    g_value_init(&value, G_TYPE_INT);
    g_value_init(&text, G_TYPE_STRING);
    g_value_set_int(&value, 5);
    g_value_transform(&value, &text);
    printf("%s %s\n", g_value_get_string(&text), g_type_name(G_TYPE_OBJECT));
    gchar *changed = g_regex_replace(g_regex_new("[0-9]+", 0, 0, NULL), "a1b22", -1, 0, "#", 0, NULL);
    printf("%s\n", changed);
    return 7;
}
