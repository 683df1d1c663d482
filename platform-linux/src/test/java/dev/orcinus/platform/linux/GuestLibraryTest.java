package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.callInt;
import static dev.orcinus.platform.linux.TestHost.export;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with compiled C as the guest. */
final class GuestLibraryTest {
    private static final String SOURCE =
            """
            #include <pthread.h>
            #include <stdint.h>
            #include <stdlib.h>
            #include <string.h>

            int check_main(int argc, char **argv) {
              if (argc != 3 || argv[3] != NULL) return -1;
              argv[0][0] = 'x';
              return (int) (strlen(argv[0]) * 100 + strlen(argv[1]) * 10 + strlen(argv[2]));
            }

            typedef struct { union { char *pointer; char bytes[8]; } data; size_t size; } Result;

            Result count_args(const char *data, size_t size) {
              Result r = {.size = 8};
              uint64_t sum = 0;
              for (size_t i = 0; i < size; i++) sum += (unsigned char) data[i];
              memcpy(r.data.bytes, &sum, 8);
              return r;
            }

            Result fail(const char *data, size_t size) {
              Result r = {{strdup("guest says no")}, 0};
              return r;
            }

            typedef Result (*Dispatch)(void *ctx, const void *tag, const char *data, size_t size);
            static Dispatch dispatch;

            static void *on_thread(void *number) {
              char text[16];
              long ok = 0;
              for (int i = 0; i < 100; i++) {
                memset(text, 'a' + (long) number, sizeof text);
                Result r = dispatch((void *) 7, number, text, sizeof text);
                ok += r.size == sizeof text && memcmp(r.data.pointer, text, sizeof text) == 0;
                free(r.data.pointer);
              }
              return (void *) ok;
            }

            long dispatch_from_threads(Dispatch function) {
              pthread_t threads[8];
              long ok = 0;
              dispatch = function;
              for (long i = 0; i < 8; i++) pthread_create(&threads[i], NULL, on_thread, (void *) i);
              for (int i = 0; i < 8; i++) {
                void *result;
                pthread_join(threads[i], &result);
                ok += (long) result;
              }
              return ok;
            }

            int use_stack(int kib) {
              volatile char page[1024];
              page[0] = (char) kib;
              return kib == 0 ? 0 : use_stack(kib - 1) + (page[0] == (char) kib);
            }
            """;

    @TempDir private static Path directory;

    private static ExecutorAddress library;

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(ForkedJvm.hasTool("cc", "--version"), "no C compiler");
        String machine = ForkedJvm.run(directory, "cc", "-dumpmachine");
        assumeTrue(machine.startsWith(GUEST.triple().arch()), "cc makes code for " + machine);
        Path source = Files.writeString(directory.resolve("guest.c"), SOURCE);
        String file = directory.resolve("guest.so").toString();
        String[] command = {"cc", "-shared", "-fPIC", "-pthread", "-o", file, source.toString()};
        assertEquals("", ForkedJvm.run(directory, command));
        library = GUEST.libraries().open(file);
    }

    @Test
    void mainGetsItsArgumentsWritableAndTerminated() {
        int status =
                GUEST.invoker().callMain(symbol("check_main"), List.of("abc", "de", "")).value();
        assertEquals(320, status);
    }

    @Test
    void aWrapperInCReturnsValueOrError() {
        byte[] expected = {3, 1, 0, 0, 0, 0, 0, 0};
        MemorySegment arguments = MemorySegment.ofArray(new byte[] {1, 3, (byte) 255});
        assertEquals(
                WrapperFunctionResult.of(expected),
                GUEST.invoker().callWrapper(symbol("count_args"), arguments).value());
        assertEquals(
                new OutOfBandError("guest says no"),
                GUEST.invoker().callWrapper(symbol("fail"), MemorySegment.NULL).value());
    }

    @Test
    void threadsOfTheGuestCallJavaAllAtOnce() {
        Set<Long> tags = ConcurrentHashMap.newKeySet();
        ExecutorAddress dispatch =
                export(
                        ExportedFunction.dispatch(
                                (context, tag, arguments) -> {
                                    assertEquals(7, context.value());
                                    tags.add(tag.value());
                                    return WrapperFunctionResult.of(
                                            arguments.toArray(ValueLayout.JAVA_BYTE));
                                }));
        assertEquals(
                800,
                CallByAddress.call(
                        symbol("dispatch_from_threads").value(), dispatch.value(), 0, 0, 0));
        assertEquals(8, tags.size());
    }

    @Test
    void aLargeStackIsUsableOnAPreparedThread() throws InterruptedException {
        int[] result = new int[1];
        Runnable body =
                () -> {
                    try (PreparedThread _ = GUEST.process().prepareThread()) {
                        result[0] = callInt(symbol("use_stack"), 8 << 10);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                };
        Thread thread = new Thread(null, body, "guest", 16 << 20);
        thread.start();
        thread.join();
        assertEquals(8 << 10, result[0]);
    }

    private static ExecutorAddress symbol(String name) {
        return GUEST.libraries().find(library, name).orElseThrow();
    }
}
