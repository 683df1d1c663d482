import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Runs Lua from its object files: a script calls a Java method, and Java reads its results. */
final class Lua {
    private static final int LUA_OK = 0;
    private static final int LUA_MULTRET = -1;

    private static MethodHandle toNumber;
    private static MethodHandle pushNumber;

    private Lua() {}

    /** Acts as a lua_CFunction: takes its arguments from Lua's stack, pushes the result, and returns the number of results. */
    static int hypotenuse(MemorySegment state) {
        try {
            double a = (double) toNumber.invokeExact(state, 1, MemorySegment.NULL);
            double b = (double) toNumber.invokeExact(state, 2, MemorySegment.NULL);
            pushNumber.invokeExact(state, Math.hypot(a, b));
            return 1;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    public static void main(String[] arguments) throws Throwable {
        try (InProcessJit jit = Jit.inProcess();
                Arena arena = Arena.ofConfined()) {
            InProcessDylib lua = jit.createDylib("lua");
            try (Stream<Path> objects = Files.list(Path.of(arguments[0]))) {
                for (Path object : objects.sorted().toList()) {
                    lua.add(object);
                }
            }
            lua.addLibrary("libm.so.6");
            MethodHandle newState = lua.function("luaL_newstate", FunctionDescriptor.of(ADDRESS));
            MethodHandle openLibraries = lua.function("luaL_openlibs", FunctionDescriptor.ofVoid(ADDRESS));
            MethodHandle load = lua.function("luaL_loadstring", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
            MethodHandle call =
                    lua.function(
                            "lua_pcallk",
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
            MethodHandle pushClosure =
                    lua.function("lua_pushcclosure", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT));
            MethodHandle setGlobal = lua.function("lua_setglobal", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
            MethodHandle close = lua.function("lua_close", FunctionDescriptor.ofVoid(ADDRESS));
            toNumber = lua.function("lua_tonumberx", FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, JAVA_INT, ADDRESS));
            pushNumber = lua.function("lua_pushnumber", FunctionDescriptor.ofVoid(ADDRESS, JAVA_DOUBLE));
            lua.define("hypotenuse", hypotenuse(), FunctionDescriptor.of(JAVA_INT, ADDRESS));

            MemorySegment state = (MemorySegment) newState.invokeExact();
            openLibraries.invokeExact(state);
            pushClosure.invokeExact(state, lua.address("hypotenuse"), 0);
            setGlobal.invokeExact(state, arena.allocateFrom("hypotenuse"));
            String script = "print(_VERSION .. ' calls Java: ' .. hypotenuse(3, 4)) return 6 * 7";
            int status = (int) load.invokeExact(state, arena.allocateFrom(script));
            if (status == LUA_OK) {
                status = (int) call.invokeExact(state, 0, LUA_MULTRET, 0, 0L, MemorySegment.NULL);
            }
            double result = (double) toNumber.invokeExact(state, -1, MemorySegment.NULL);
            close.invokeExact(state);
            System.out.println("status " + status + ", result " + result);
        }
    }

    private static MethodHandle hypotenuse() throws ReflectiveOperationException {
        MethodType type = MethodType.methodType(int.class, MemorySegment.class);
        return MethodHandles.lookup().findStatic(Lua.class, "hypotenuse", type);
    }
}
