// packages: libsqlite3-dev
// needs: libsqlite3.a
// build: cc -O1 $source -o native -l:libsqlite3.a -lm -ldl -lpthread
#include <sqlite3.h>
#include <stdio.h>

static int show(void *none, int count, char **values, char **names) {
    (void)none;
    for (int i = 0; i < count; i++) {
        printf("%s=%s%c", names[i], values[i] ? values[i] : "null", i + 1 < count ? ' ' : '\n');
    }
    return 0;
}

static void twice(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_result_int(context, 2 * sqlite3_value_int(values[0]));
}

int main(void) {
    sqlite3 *db;
    char *error = NULL;
    sqlite3_open(":memory:", &db);
    sqlite3_create_function(db, "twice", 1, SQLITE_UTF8, NULL, twice, NULL, NULL);
    sqlite3_exec(db, "create table t(a integer primary key, b text); create index i on t(b);"
        "with recursive n(x) as (select 1 union all select x + 1 from n where x < 1000) insert into t select x, 'w' || (x * 7 % 13) from n;", show, NULL, NULL);
    sqlite3_exec(db, "select b, count(*) as n, sum(twice(a)) as s from t group by b order by s desc limit 3", show, NULL, NULL);
    sqlite3_exec(db, "select json_extract('{\"a\":[1,2]}', '$.a[1]') as j, printf('%.3f', sqrt(2)) as r", show, NULL, &error);
    sqlite3_exec(db, "select nothing", show, NULL, &error);
    printf("%s\n", error);
    return sqlite3_close(db) + 7;
}
