package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.jit.LoadedSymbol;
import dev.orcinus.jit.LoadedSymbol.Kind;
import dev.orcinus.loader.DuplicateDefinitionException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of machine code without an object, of lists of symbols, and of variables. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class SymbolsTest {
    private static final String SOURCE =
            """
            extern "C" {
            int table[5] = {1, 2, 3, 4, 5};
            extern const long limit = 77;
            thread_local int own = 3;
            static int hidden;
            int get() { return table[2] + own + hidden++; }
            }
            """;

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private CallableJit jit;
    private CallableDylib dylib;

    @BeforeEach
    void open() {
        jit = kind.open();
        dylib = jit.createDylib("symbols");
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private static byte[] twice() {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the code is for x86-64");
        return new byte[] {(byte) 0x8d, 0x04, 0x3f, (byte) 0xc3}; // lea eax, [rdi+rdi]; ret
    }

    @Test
    void machineCodeIsAFunction() throws Throwable {
        JitObject object = dylib.define("twice", twice());
        MethodHandle twice = dylib.function("twice", JitFixture.INT_OF_INT);
        assertEquals(42, (int) twice.invokeExact(21));
        assertThrows(
                DuplicateDefinitionException.class, () -> dylib.define("twice", new byte[] {1}));
        object.close();
        assertThrows(IllegalStateException.class, () -> twice.invoke(21));
        assertThrows(IllegalArgumentException.class, () -> dylib.define("none", new byte[0]));
        assertEquals(0, dylib.symbols().size());
    }

    @Test
    void symbolsHaveKindsSizesAndSections() throws Exception {
        Path object = CompiledObject.compile(folder, "listed", SOURCE);
        dylib.add(object);
        dylib.define("twice", twice());
        Map<String, LoadedSymbol> symbols =
                dylib.symbols().stream()
                        .collect(Collectors.toMap(LoadedSymbol::name, Function.identity()));
        assertEquals(java.util.Set.of("table", "limit", "own", "get", "twice"), symbols.keySet());
        LoadedSymbol table = symbols.get("table");
        assertEquals(Kind.VARIABLE, table.kind());
        assertEquals(20, table.sizeBytes());
        assertEquals(".data", table.section());
        assertEquals(object.toString(), table.object());
        assertTrue(table.address().isEmpty());
        assertEquals(Kind.CONSTANT, symbols.get("limit").kind());
        assertEquals(Kind.THREAD_LOCAL, symbols.get("own").kind());
        assertEquals(Kind.FUNCTION, symbols.get("get").kind());
        assertEquals(4, symbols.get("twice").sizeBytes());
        long address = dylib.address("table").address();
        LoadedSymbol linked =
                dylib.symbols().stream().filter(s -> s.name().equals("table")).findAny().get();
        assertEquals(address, linked.address().getAsLong());
    }

    @Test
    void variablesCanBeReadAndWritten() throws Exception {
        dylib.add(CompiledObject.compile(folder, "listed", SOURCE));
        MemorySegment limit = dylib.variable("limit", JAVA_LONG);
        MemorySegment table = dylib.variable("table", JAVA_INT);
        if (jit instanceof IsolatedJit isolated) {
            MemorySegment copy = MemorySegment.ofArray(new long[1]);
            isolated.read(limit, copy);
            assertEquals(77, copy.get(JAVA_LONG, 0));
            isolated.write(MemorySegment.ofArray(new int[] {0, 0, 9}), table);
        } else {
            assertEquals(77, limit.get(JAVA_LONG, 0));
            dylib.variable("table", java.lang.foreign.MemoryLayout.sequenceLayout(5, JAVA_INT))
                    .setAtIndex(JAVA_INT, 2, 9);
        }
        assertEquals(9 + 3, JitFixture.call(dylib, "get"));
    }
}
