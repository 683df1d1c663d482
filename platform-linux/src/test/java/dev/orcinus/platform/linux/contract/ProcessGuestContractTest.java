package dev.orcinus.platform.linux.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a guest in a process of its own. */
final class ProcessGuestContractTest extends GuestContract {
    /** More than the calls of threads of guest code have at once. */
    private static final int KEPT_THREADS = 20;

    @TempDir private static Path folder;
    private static Path library;
    private static IsolatedGuest guest;

    @BeforeAll
    static void start() throws Exception {
        library = ContractLibrary.compile(folder);
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
    }

    @AfterAll
    static void end() {
        guest.close();
    }

    @Override
    Guest guest() {
        return guest;
    }

    /** What guest code passes is copied into the heap of this process, which others need, too. */
    @Test
    void tooManyBytesAreRefused() {
        WrapperFunctionResult huge =
                guest.invoker()
                        .callWrapper(symbol("huge"), MemorySegment.ofArray(new byte[1]))
                        .value();
        assertTrue(
                ((OutOfBandError) huge).message().contains("a result of 0x10000000000 bytes"),
                huge::toString);
    }

    @Test
    void tooManyBytesForJavaAreRefused() {
        ExecutorAddress dispatch =
                export(
                        ExportedFunction.dispatch(
                                (_, _, _) -> {
                                    throw new AssertionError("not called");
                                }));
        MemorySegment data = MemorySegment.ofArray(new long[] {dispatch.value(), 0});
        WrapperFunctionResult refused =
                guest.invoker().callWrapper(symbol("pass_on"), data).value();
        assertTrue(
                ((OutOfBandError) refused).message().contains("passes 0x10000000000 bytes"),
                refused::toString);
    }

    /** A process may have some 65,000 mappings; this one serves many guests. */
    @Test
    void manyRangesAreFewMappingsOfThisProcess() throws Exception {
        long before = mappings();
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            AddressRange range = guest.memory().map(2 * 4096);
            guest.memory().fill(range).set(JAVA_INT, 4096, i);
            ranges.add(range);
        }
        AddressRange large = guest.memory().map(200 << 20);
        guest.memory().fill(large).set(JAVA_INT, (200 << 20) - 4, -1);
        assertTrue(mappings() < before + 5, () -> "there are " + mappingsOrMinusOne());
        MemorySegment word = MemorySegment.ofArray(new int[1]);
        for (int i = 0; i < ranges.size(); i++) {
            assertTrue(guest.memory().tryRead(ranges.get(i).start().plus(4096), word));
            assertEquals(i, word.get(JAVA_INT, 0));
        }
        assertTrue(guest.memory().tryRead(large.start().plus((200 << 20) - 4), word));
        assertEquals(-1, word.get(JAVA_INT, 0));
        ranges.add(large);
        assertEquals(Map.of(), guest.memory().unmap(ranges));
        assertTrue(mappings() < before + 3, () -> "there are " + mappingsOrMinusOne());
    }

    /** A call of such a thread is over when they come: it may have ended. */
    @Test
    void threadsThatAreKeptReachTheGuestAfterCallsOfThreadsThatGuestCodeMakes() {
        ExecutorAddress dispatch =
                export(
                        ExportedFunction.dispatch(
                                (_, _, bytes) ->
                                        WrapperFunctionResult.of(bytes.toArray(JAVA_BYTE))));
        assertEquals(400, call("dispatch_from_threads", dispatch.value()));
        List<CompletableFuture<Void>> works = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(KEPT_THREADS);
        for (int i = 0; i < KEPT_THREADS; i++) {
            works.add(
                    CompletableFuture.runAsync(
                            () -> awaitAllAndCall(all), work -> KeptThreads.run("a work", work)));
        }
        works.forEach(CompletableFuture::join);
    }

    private static void awaitAllAndCall(CountDownLatch all) {
        all.countDown();
        try {
            all.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        ExecutorAddress process = guest.libraries().process();
        assertTrue(guest.libraries().find(process, "getppid").isPresent());
    }

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("orcinus-guest-memory")).count();
        }
    }

    private static long mappingsOrMinusOne() {
        try {
            return mappings();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    Path libraryFile() {
        return library;
    }
}
