package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.ArchiveMode;
import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.CheckpointPolicy;
import dev.orcinus.jit.Credentials;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.jit.JitObject;
import dev.orcinus.jit.LinkRule;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Gives null for each parameter of each public method of the API, and wants a {@link
 * NullPointerException} whose message is a name.
 */
@Timeout(180)
final class NullsTest {
    private final Set<String> wrong = new TreeSet<>();

    private static Map<Class<?>, Object> values(CallableDylib dylib) {
        return Map.ofEntries(
                Map.entry(String.class, "x"),
                Map.entry(Path.class, Path.of("/no/such/file")),
                Map.entry(ArchiveMode.class, ArchiveMode.AS_NEEDED),
                Map.entry(byte[].class, new byte[1]),
                Map.entry(String[].class, new String[0]),
                Map.entry(JitObject.class, dylib.define("seed", new byte[4])),
                Map.entry(MemorySegment.class, MemorySegment.NULL),
                Map.entry(FunctionDescriptor.class, FunctionDescriptor.ofVoid()),
                Map.entry(Linker.Option[].class, new Linker.Option[0]),
                Map.entry(MemoryLayout.class, ValueLayout.JAVA_INT),
                Map.entry(SymbolLookup.class, (SymbolLookup) _ -> Optional.empty()),
                Map.entry(List.class, List.of("x")),
                Map.entry(MethodHandle.class, MethodHandles.zero(void.class)),
                Map.entry(Arena.class, Arena.global()),
                Map.entry(CheckpointPolicy.class, CheckpointPolicy.AFTER_LOADING),
                Map.entry(JitDylib.class, dylib),
                Map.entry(LinkRule.class, LinkRule.FIRST_DEFINITION_COUNTS),
                Map.entry(Credentials.class, Credentials.ofToken("x".repeat(64))),
                Map.entry(Class.class, Runnable.class),
                Map.entry(MethodHandles.Lookup.class, MethodHandles.lookup()),
                Map.entry(long.class, 1L),
                Map.entry(int.class, 1));
    }

    private void sweep(Class<?> type, Object receiver, Map<Class<?>, Object> values)
            throws Exception {
        int tried = 0;
        for (Method method : type.getMethods()) {
            boolean isOurs = method.getDeclaringClass().getModule() == Jit.class.getModule();
            if (!isOurs || method.isBridge() || method.isSynthetic()) {
                continue;
            }
            if (receiver == null != Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            for (int i = 0; i < method.getParameterCount(); i++) {
                if (!method.getParameterTypes()[i].isPrimitive()) {
                    refuse(method, receiver, i, values);
                    tried++;
                }
            }
        }
        assertTrue(tried > 0, type::getName);
    }

    private void refuse(Method method, Object receiver, int index, Map<Class<?>, Object> values)
            throws IllegalAccessException {
        List<Object> arguments = new ArrayList<>();
        for (Class<?> parameter : method.getParameterTypes()) {
            Object value = values.get(parameter);
            assertTrue(value != null, () -> "a value for " + parameter + " of " + method);
            arguments.add(arguments.size() == index ? null : value);
        }
        String where = method + ", parameter " + index + ": ";
        try {
            method.invoke(receiver, arguments.toArray());
            wrong.add(where + "accepted");
        } catch (InvocationTargetException e) {
            String said = String.valueOf(e.getCause());
            if (!said.matches("java.lang.NullPointerException: [a-z]\\w*")) {
                wrong.add(where + said);
            }
        }
    }

    @Test
    void factories() throws Exception {
        try (CallableJit jit = Jit.inProcess()) {
            sweep(Jit.class, null, values(jit.createDylib("x")));
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void inProcess() throws Exception {
        try (CallableJit jit = Jit.inProcess()) {
            CallableDylib dylib = jit.createDylib("x");
            Map<Class<?>, Object> values = values(dylib);
            sweep(jit.getClass(), jit, values);
            sweep(dylib.getClass(), dylib, values);
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void isolated() throws Exception {
        assumeTrue(IsolatedGuestProvider.isAvailable(), "this system has no guest processes");
        try (CallableJit jit = Jit.isolated()) {
            CallableDylib dylib = jit.createDylib("x");
            Map<Class<?>, Object> values = values(dylib);
            sweep(jit.getClass(), jit, values);
            sweep(dylib.getClass(), dylib, values);
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void elements() {
        List<String> list = new ArrayList<>();
        list.add(null);
        NullPointerException e = assertThrows(NullPointerException.class, () -> Jit.launch(list));
        assertEquals("command has an element that is null", e.getMessage());
        e = assertThrows(NullPointerException.class, () -> Jit.program(list));
        assertEquals("arguments has an element that is null", e.getMessage());
    }
}
