package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Services;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that what a controller opens and reserves while guest code runs is there when the guest has
 * returned to the state before that code: linked code refers to it.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OpenedSinceTest {
    private static final long PAGE = 4096;

    /** {@code mov eax, 77; ret}. */
    private static final byte[] RETURNS_77 = {(byte) 0xb8, 77, 0, 0, 0, (byte) 0xc3};

    private static final LookupElement SYMBOL = new LookupElement("inet_neta", true);

    @TempDir Path folder;

    private DaemonProcess daemon;
    private DaemonSession session;
    private Services services;

    /** Starts code that runs for ever, before which the state of the guest is noted. */
    @BeforeEach
    void start() throws Exception {
        daemon = DaemonProcess.start(folder, "--warm=0");
        session = daemon.connect();
        services = session.services();
        session.start(session.load(CrashCode.loop()));
        while (daemon.status().output().lines().noneMatch(l -> l.matches(".* 1 +0 +127\\..*"))) {
            Thread.sleep(5);
        }
    }

    @AfterEach
    void end() throws Exception {
        session.close();
        daemon.close();
    }

    private void crash() throws InterruptedException {
        session.kill();
        session.awaitLog("the guest crashed with signal 9: the state is as before this line");
    }

    private static void write(SharedReservation shared, byte[] content) throws IOException {
        Path object = Path.of("/dev/shm" + shared.name());
        try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
        }
    }

    /** A controller of LLVM unlinks the name as soon as it has mapped the object. */
    @Test
    void sharedMemoryIsMappedAgain() throws Exception {
        SharedReservation shared = Services.value(services.reserveShared(2 * PAGE));
        write(shared, RETURNS_77);
        Files.delete(Path.of("/dev/shm" + shared.name()));
        SegmentHeader code =
                new SegmentHeader(
                        new AllocGroup(MemProt.READ_EXEC, MemLifetime.STANDARD),
                        shared.address(),
                        PAGE);
        Services.value(
                services.initializeShared(
                        shared.address(),
                        new SharedMemoryFinalizeRequest(List.of(code), List.of())));
        crash();
        assertEquals(77, services.runAsVoid(shared.address()));
        assertEquals(
                PAGE, services.read(AddressRange.of(shared.address().plus(PAGE), PAGE)).length);
        assertEquals(Optional.empty(), services.releaseShared(shared.address()));
    }

    @Test
    void aLibraryIsOpenedAgainWhereItWas() throws Exception {
        ExecutorAddress library = Services.value(services.open("libresolv.so.2"));
        List<Optional<ExecutorAddress>> before = Services.value(services.resolve(library, SYMBOL));
        assumeTrue(before.getFirst().isPresent(), "this libresolv.so.2 has no inet_neta");
        crash();
        assertEquals(before, Services.value(services.resolve(library, SYMBOL)));
        byte[] code = services.read(AddressRange.of(before.getFirst().get(), 16));
        assertNotEquals(0, code[0] | code[1], "there is no code");
    }

    @Test
    void threadLocalStorageIsOpenedAgainWhereItWas() throws Exception {
        Block first = open(request("first", List.of()));
        assertNotEquals(0, first.module());
        crash();
        Import ofFirst = new Import("", first.handle(), 8, false, false);
        Block second = open(request("second", List.of(ofFirst)));
        assertNotEquals(first.module(), second.module());
        assertEquals(first.module(), second.imports().getFirst().module());
        assertEquals(8, second.imports().getFirst().offset());
        assertTrue(second.handle().compareTo(first.handle()) > 0);
    }

    private static Request request(String name, List<Import> imports) {
        return new Request(name, new byte[16], 16, 8, false, List.of(), imports);
    }

    private Block open(Request request) throws Exception {
        byte[] arguments =
                new SpsWriter()
                        .writeBytes(ThreadLocalStorage.REQUEST.encode(request))
                        .writeInt(1)
                        .toBytes();
        ExecutorAddress open = session.controller().symbol(OrcinusNames.OPEN_THREAD_LOCALS);
        SpsReader result =
                new SpsReader(MemorySegment.ofArray(session.controller().call(open, arguments)));
        return Services.value(SpsCodec.expected(ThreadLocalStorage.BLOCK).read(result));
    }

    /** The constructors of a library are guest code, before which the state is noted, too. */
    @Test
    void aLibraryWhoseConstructorCrashesCostsItsOpeningOnly(@TempDir Path libraries)
            throws Exception {
        Path source = Files.writeString(libraries.resolve("bad.c"), BAD_LIBRARY);
        Path library = libraries.resolve("libbad.so");
        List<String> command =
                List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        assumeTrue(new ProcessBuilder(command).start().waitFor() == 0, "no C compiler");
        crash();
        ExecutorAddress page = Services.value(services.reserve(PAGE));
        services.writeLongs(page, 5);
        String failure = Services.failure(services.open(library.toString()));
        assertTrue(failure.contains("the guest"), failure);
        session.awaitLog("guest code crashed: SIGSEGV .*: the state is as before this line");
        assertEquals(5, services.read(AddressRange.of(page, 8))[0]);
    }

    private static final String BAD_LIBRARY =
            "__attribute__((constructor)) static void f(void) { *(volatile int *)8 = 1; }";
}
