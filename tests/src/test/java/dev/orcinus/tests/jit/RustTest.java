package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests an object that the test compiles with rustc. */
final class RustTest {
    private static final String SOURCE =
            """
            #![no_std]
            #[panic_handler]
            fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
            static TABLE: [&str; 3] = ["one", "three", "seven"];
            #[no_mangle]
            pub extern "C" fn total(values: *const i64, count: usize) -> i64 {
                unsafe { core::slice::from_raw_parts(values, count) }.iter().map(|v| v * 2).sum()
            }
            #[no_mangle]
            pub extern "C" fn length_of(index: usize) -> usize {
                TABLE.get(index).map_or(0, |text| text.len())
            }
            """;

    @TempDir Path directory;

    private static Path rustc() {
        Stream<Path> folders =
                Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        Path own = Path.of(System.getProperty("user.home"), ".cargo", "bin");
        return Stream.concat(folders, Stream.of(own))
                .map(folder -> folder.resolve("rustc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @Test
    void withoutTheStandardLibrary() throws Throwable {
        Path rustc = rustc();
        assumeTrue(rustc != null, "there is no rustc; it comes with Debian's package rustc");
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "code for x86-64 is linked");
        Path source = Files.writeString(directory.resolve("code.rs"), SOURCE);
        List<String> command =
                List.of(
                        rustc.toString(),
                        "--crate-type=lib",
                        "--emit=obj=code.o",
                        "-Cpanic=abort",
                        "-O",
                        source.toString());
        try (Program compiler = Program.start(directory, command)) {
            Finished end = compiler.finish();
            assertEquals(0, end.status(), end::toString);
        }
        try (InProcessJit jit = Jit.inProcess();
                Arena arena = Arena.ofConfined()) {
            InProcessDylib dylib = jit.createDylib("rust");
            dylib.add(directory.resolve("code.o"));
            MethodHandle total =
                    dylib.function(
                            "total",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG));
            long sum =
                    (long)
                            total.invokeExact(
                                    arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 2, 18), 3L);
            assertEquals(42, sum);
            MethodHandle length =
                    dylib.function(
                            "length_of",
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
            assertEquals(5L, (long) length.invokeExact(2L));
            assertEquals(0L, (long) length.invokeExact(3L));
        }
    }
}
