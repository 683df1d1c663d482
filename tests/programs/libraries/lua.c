// packages: liblua5.4-dev
// needs: liblua5.4.a
// build: cc -O1 -I/usr/include/lua5.4 $source -o native -rdynamic -l:liblua5.4.a -lm -ldl
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int twice(lua_State *state) {
    lua_pushinteger(state, 2 * luaL_checkinteger(state, 1));
    return 1;
}

int main(void) {
    lua_State *state = luaL_newstate();
    luaL_openlibs(state);
    lua_register(state, "twice", twice);
    luaL_dostring(state, "print(twice(21), ('a1b22'):gsub('%d+', '#')) print(select(2, pcall(error, {1}))[1])"
        "local c = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end) print(c(), c(), c())"
        "print(pcall(twice, 'x'))");
    lua_close(state);
    return 7;
}
