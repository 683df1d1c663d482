package dev.orcinus.tests.controller;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.List;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;

/**
 * The executor's services as methods, for one controller. A result that cannot be decoded fails the
 * test.
 */
public final class Services {
    /** The prefix of the memory manager's names. */
    public static final String MEMORY = "__llvm_orc_SimpleExecutorMemoryManager_";

    /** The prefix of the shared-memory mapper's names. */
    public static final String SHARED = "__llvm_orc_ExecutorSharedMemoryMapperService_";

    /** The prefix of the dylib manager's names. */
    public static final String DYLIBS = "__llvm_orc_SimpleExecutorDylibManager_";

    /** The prefix of the bootstrap functions' names. */
    public static final String BOOT = "__llvm_orc_bootstrap_";

    private static final String INSTANCE = "Instance";
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);
    private static final SpsCodec<Expected<ExecutorAddress>> EXPECTED_ADDRESS =
            SpsCodec.expected(Sps.ADDRESS);

    private final Controller controller;

    /** Creates the services of {@code controller}'s executor. */
    public Services(Controller controller) {
        this.controller = controller;
    }

    /** Returns the value; fails the test if there is an error. */
    public static <T> T value(Expected<T> expected) {
        return switch (expected) {
            case Expected.Value<T>(T value) -> value;
            case Expected.Failure<T>(String message) -> throw new AssertionFailedError(message);
        };
    }

    /** Returns the error's message; fails the test if there is a value. */
    public static String failure(Expected<?> expected) {
        return switch (expected) {
            case Expected.Failure<?>(String message) -> message;
            case Expected.Value<?>(Object value) ->
                    throw new AssertionFailedError("no failure but " + value);
        };
    }

    /** Reserves memory and returns its address. */
    public Expected<ExecutorAddress> reserve(long sizeBytes) {
        return call(EXPECTED_ADDRESS, MEMORY + "reserve_wrapper", of(MEMORY).writeLong(sizeBytes));
    }

    /** Fills, protects and initializes memory; returns the key. */
    public Expected<ExecutorAddress> initialize(FinalizeRequest request) {
        return call(
                EXPECTED_ADDRESS,
                MEMORY + "initialize_wrapper",
                of(MEMORY).writeBytes(FinalizeRequest.CODEC.encode(request)));
    }

    /** Does the same in the older form, for a whole reservation; returns the error. */
    public Optional<String> finalizeWhole(FinalizeRequest request) {
        return call(
                Sps.ERROR,
                MEMORY + "finalize_wrapper",
                of(MEMORY).writeBytes(FinalizeRequest.CODEC.encode(request)));
    }

    /** Runs dealloc actions, and frees the pages in their reservation; returns the error. */
    public Optional<String> deinitialize(ExecutorAddress... keys) {
        return call(
                Sps.ERROR,
                MEMORY + "deinitialize_wrapper",
                of(MEMORY).writeBytes(ADDRESSES.encode(List.of(keys))));
    }

    /** Frees reservations; returns the error. */
    public Optional<String> release(ExecutorAddress... bases) {
        return call(
                Sps.ERROR,
                MEMORY + "release_wrapper",
                of(MEMORY).writeBytes(ADDRESSES.encode(List.of(bases))));
    }

    /** Reserves shared memory and returns the reservation. */
    public Expected<SharedReservation> reserveShared(long sizeBytes) {
        return call(
                SpsCodec.expected(SharedReservation.CODEC),
                SHARED + "Reserve",
                of(SHARED).writeLong(sizeBytes));
    }

    /** Protects and initializes shared memory; returns the key. */
    public Expected<ExecutorAddress> initializeShared(
            ExecutorAddress reservation, SharedMemoryFinalizeRequest request) {
        return call(
                EXPECTED_ADDRESS,
                SHARED + "Initialize",
                of(SHARED)
                        .writeAddress(reservation)
                        .writeBytes(SharedMemoryFinalizeRequest.CODEC.encode(request)));
    }

    /** Gives shared reservations back. */
    public Optional<String> releaseShared(ExecutorAddress... bases) {
        return call(
                Sps.ERROR,
                SHARED + "Release",
                of(SHARED).writeBytes(ADDRESSES.encode(List.of(bases))));
    }

    /** Opens a library and returns its handle; the empty path is the process. */
    public Expected<ExecutorAddress> open(String path) {
        return call(
                EXPECTED_ADDRESS,
                DYLIBS + "open_wrapper",
                of(DYLIBS).writeString(path).writeLong(0));
    }

    /** Looks symbols up as LLVM 23 does; returns their addresses. */
    public Expected<List<Optional<ExecutorAddress>>> resolve(
            ExecutorAddress handle, LookupElement... elements) {
        return call(
                SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS))),
                DYLIBS + "resolve_wrapper",
                of(DYLIBS)
                        .writeAddress(handle)
                        .writeBytes(LookupElement.SET_CODEC.encode(List.of(elements))));
    }

    /** Returns the address of a symbol of the executor process. */
    public ExecutorAddress processSymbol(String name) {
        ExecutorAddress process = value(open(""));
        return value(resolve(process, new LookupElement(name, true))).getFirst().orElseThrow();
    }

    /** Calls {@code int f(int)}. */
    public int runAsInt(ExecutorAddress function, int argument) {
        return call(
                Sps.UINT32,
                BOOT + "run_as_int_function_wrapper",
                new SpsWriter().writeAddress(function).writeInt(argument));
    }

    /** Calls {@code int f(void)}. */
    public int runAsVoid(ExecutorAddress function) {
        return call(
                Sps.UINT32,
                BOOT + "run_as_void_function_wrapper",
                new SpsWriter().writeAddress(function));
    }

    /** Calls {@code int main(int argc, char **argv)}. */
    public long runAsMain(ExecutorAddress function, List<String> arguments) {
        SpsWriter writer = new SpsWriter().writeAddress(function).writeLong(arguments.size());
        arguments.forEach(writer::writeString);
        return call(Sps.UINT64, BOOT + "run_as_main_wrapper", writer);
    }

    /** Stores 64-bit numbers. */
    public void writeLongs(ExecutorAddress target, long... values) {
        SpsWriter out = new SpsWriter().writeLong(values.length);
        for (int i = 0; i < values.length; i++) {
            out.writeAddress(target.plus((long) i * Long.BYTES)).writeLong(values[i]);
        }
        controller.call(controller.symbol(BOOT + "mem_write_uint64s_wrapper"), out.toBytes());
    }

    /** Reads bytes and returns them. */
    public byte[] read(AddressRange range) {
        return call(
                        SpsCodec.sequence(Sps.BLOB),
                        BOOT + "mem_read_buffers_wrapper",
                        new SpsWriter()
                                .writeBytes(SpsCodec.sequence(Sps.RANGE).encode(List.of(range))))
                .getFirst();
    }

    /** Returns arguments that begin with the instance of the service with this prefix. */
    public SpsWriter of(String prefix) {
        return new SpsWriter().writeAddress(controller.symbol(prefix + INSTANCE));
    }

    private <T> T call(SpsCodec<T> codec, String symbol, SpsWriter arguments) {
        byte[] result = controller.call(controller.symbol(symbol), arguments.toBytes());
        try {
            return codec.read(Controller.reader(result));
        } catch (ProtocolException e) {
            throw new AssertionFailedError(
                    symbol + " answered " + result.length + " bytes: " + e.getMessage(), e);
        }
    }
}
