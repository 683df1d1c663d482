package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.Value;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Uses guest processes in all ways that depend on what the system allows. The main class of a JVM
 * of its own, which is started where something is forbidden.
 */
final class IsolatedGuestCheck {
    private static final int LARGE_BYTES = 20_000;
    private static final int SIGSEGV = 11;

    private final IsolatedGuest guest;
    private final ExecutorAddress library;

    private IsolatedGuestCheck(IsolatedGuest guest, Path library) throws HostCallException {
        this.guest = guest;
        this.library = guest.libraries().open(library.toString());
    }

    /**
     * Prints the file of the guest's program, and {@code fine} if all works.
     *
     * @param arguments the case, the library, and functions of it that are called first
     */
    static void main(String[] arguments) throws Exception {
        Path library = Path.of(arguments[1]);
        try (IsolatedGuest session = start(GuestOptions.ofSession())) {
            System.out.println("executable " + executable(session));
            IsolatedGuestCheck check = new IsolatedGuestCheck(session, library);
            for (String function : Arrays.asList(arguments).subList(2, arguments.length)) {
                check.call(function, 0);
            }
            check.memory();
            check.calls();
            System.out.println("checkpoint " + check.checkpoint());
        }
        try (IsolatedGuest program =
                start(GuestOptions.ofProgram(List.of("program", "argument")))) {
            new IsolatedGuestCheck(program, library).program();
        }
        System.out.println("fine");
    }

    private static IsolatedGuest start(GuestOptions options) throws HostCallException {
        return HostProvider.current().startGuest(options);
    }

    private static String executable(IsolatedGuest guest) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/" + guest.pid() + "/exe")).toString();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private ExecutorAddress find(String name) {
        return guest.libraries().find(library, name).orElseThrow();
    }

    private long call(String function, long argument) {
        return guest.invoker().call(GuestCall.of(find(function), argument)).value();
    }

    private void memory() throws HostCallException {
        long page = guest.memory().pageSizeBytes();
        AddressRange range = guest.memory().mapSlab(8 * page, SlabPlace.NEAR_LIBRARIES);
        guest.memory().fill(range).fill((byte) 3);
        guest.memory().publish(List.of(new Publication(range, MemProt.READ_WRITE)));
        byte[] bytes = new byte[LARGE_BYTES];
        Arrays.fill(bytes, (byte) 4);
        MemorySegment copy = MemorySegment.ofArray(bytes);
        require(guest.memory().tryWrite(copy, range.start().plus(8)), "write");
        byte[] back = new byte[LARGE_BYTES + 8];
        require(guest.memory().tryRead(range.start(), MemorySegment.ofArray(back)), "read");
        require(back[7] == 3 && back[8] == 4 && back[LARGE_BYTES + 7] == 4, "what was written");
        ExecutorAddress nowhere = new ExecutorAddress(0x1000);
        require(!guest.memory().tryRead(nowhere, copy), "a read of nothing is a failure");
        require(!guest.memory().tryWrite(copy, find("half")), "a write to code is a failure");
        require(guest.memory().isExecutable(find("half")), "code is executable");
        require(!guest.memory().isExecutable(range.start()), "data is not executable");
    }

    private void calls() throws HostCallException {
        byte[] bytes = new byte[LARGE_BYTES];
        Arrays.fill(bytes, (byte) 5);
        WrapperFunctionResult echo =
                guest.invoker().callWrapper(find("echo"), MemorySegment.ofArray(bytes)).value();
        require(Arrays.equals(bytes, ((Value) echo).wireBytes()), "bytes and back");
        ExportedFunction sum =
                ExportedFunction.dispatch(
                        (_, _, data) -> WrapperFunctionResult.of(new byte[] {data.get(B, 0), 7}));
        ExecutorAddress java = guest.export(List.of(sum)).getFirst();
        require(call("call_java", java.value()) == 0x0709, "a call of Java with bytes");
        boolean isRefused = false;
        try {
            guest.libraries().open("/no/such/library");
        } catch (HostCallException e) {
            isRefused = e.getMessage().contains("/no/such/library");
        }
        require(isRefused, "the dynamic linker's message");
    }

    private static final java.lang.foreign.ValueLayout.OfByte B =
            java.lang.foreign.ValueLayout.JAVA_BYTE;

    /** Crashes, and returns to the state before; returns why not if there is no checkpoint. */
    private String checkpoint() {
        call("count", 0);
        long pid = guest.pid();
        try (GuestCheckpoint checkpoint = guest.checkpoint()) {
            call("count", 0);
            GuestEnd end = guest.invoker().call(GuestCall.of(find("crash"))).end().orElseThrow();
            require(
                    end.equals(new GuestEnd.Crashed(SIGSEGV, new ExecutorAddress(0x1230))),
                    end.describe());
            checkpoint.restore();
        } catch (HostCallException e) {
            require(call("count", 0) == 2, "the guest goes on");
            return e.getMessage();
        }
        require(pid != guest.pid(), "a copy goes on");
        require(call("count", 0) == 2, "the state is that of the checkpoint");
        GuestEnd ended = new GuestEnd.Exited(6);
        require(
                guest.invoker()
                        .call(GuestCall.of(find("leave"), 6))
                        .end()
                        .equals(Optional.of(ended)),
                "an exit status");
        return "used";
    }

    private void program() {
        int length =
                guest.invoker()
                        .callMain(find("check_main"), List.of("program", "argument"))
                        .value();
        require(length == 8, "the arguments of main");
        GuestEnd end = guest.invoker().call(GuestCall.of(find("crash"))).end().orElseThrow();
        require(end instanceof GuestEnd.Crashed, end.describe());
    }
}
