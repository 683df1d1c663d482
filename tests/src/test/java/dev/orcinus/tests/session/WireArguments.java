package dev.orcinus.tests.session;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.Services;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Valid arguments of a wrapper function that remember where their counts are, so that a test can
 * make each of them wrong.
 */
final class WireArguments {
    private final String function;
    private final SpsWriter out = new SpsWriter();
    private final List<Integer> counts = new ArrayList<>();

    private WireArguments(String function) {
        this.function = function;
    }

    /** Returns one valid call of each function that reads counts. */
    static List<WireArguments> samples(
            Controller controller, ExecutorAddress base, ExecutorAddress shared) {
        List<WireArguments> samples = new ArrayList<>(memory(controller, base, shared));
        samples.addAll(access(base));
        samples.addAll(dylibs(controller));
        samples.add(
                of(Services.BOOT + "run_as_main_wrapper")
                        .address(base)
                        .count(2)
                        .text("first")
                        .text("second"));
        return samples;
    }

    private static List<WireArguments> memory(
            Controller controller, ExecutorAddress base, ExecutorAddress shared) {
        List<WireArguments> samples = new ArrayList<>();
        for (String form : List.of("initialize_wrapper", "finalize_wrapper")) {
            samples.add(
                    instance(controller, Services.MEMORY, form)
                            .count(1)
                            .segment(base)
                            .text("some content")
                            .count(1)
                            .action(base)
                            .action(base));
        }
        for (String form :
                List.of("deinitialize_wrapper", "release_wrapper", "deallocate_wrapper")) {
            samples.add(instance(controller, Services.MEMORY, form).count(1).address(base));
        }
        samples.add(
                instance(controller, Services.SHARED, "Initialize")
                        .address(shared)
                        .count(1)
                        .segment(shared)
                        .count(1)
                        .action(shared)
                        .action(shared));
        for (String form : List.of("Deinitialize", "Release")) {
            samples.add(instance(controller, Services.SHARED, form).count(1).address(shared));
        }
        return samples;
    }

    private static List<WireArguments> access(ExecutorAddress base) {
        List<WireArguments> samples = new ArrayList<>();
        for (String type :
                List.of("uint8s", "uint16s", "uint32s", "uint64s", "pointers", "strings")) {
            samples.add(of(Services.BOOT + "mem_read_" + type + "_wrapper").count(1).address(base));
        }
        samples.add(
                of(Services.BOOT + "mem_read_buffers_wrapper")
                        .count(1)
                        .address(base)
                        .address(base));
        for (int sizeBytes = 1; sizeBytes <= Long.BYTES; sizeBytes *= 2) {
            samples.add(
                    of(Services.BOOT + "mem_write_uint" + 8 * sizeBytes + "s_wrapper")
                            .count(1)
                            .address(base)
                            .bytes(new byte[sizeBytes]));
        }
        samples.add(
                of(Services.BOOT + "mem_write_pointers_wrapper")
                        .count(1)
                        .address(base)
                        .address(base));
        samples.add(
                of(Services.BOOT + "mem_write_buffers_wrapper")
                        .count(1)
                        .address(base)
                        .text("bytes"));
        return samples;
    }

    private static List<WireArguments> dylibs(Controller controller) {
        ExecutorAddress handle = new ExecutorAddress(0x1234);
        return List.of(
                instance(controller, Services.DYLIBS, "open_wrapper")
                        .text("libnowhere.so")
                        .bytes(new byte[8]),
                instance(controller, Services.DYLIBS, "lookup_wrapper")
                        .address(handle)
                        .count(1)
                        .text("malloc")
                        .bytes(new byte[1]),
                instance(controller, Services.DYLIBS, "resolve_wrapper")
                        .address(handle)
                        .count(1)
                        .text("malloc")
                        .bytes(new byte[1]),
                of(Services.DYLIBS + "resolve_wrapper")
                        .address(handle)
                        .count(1)
                        .text("malloc")
                        .bytes(new byte[1]));
    }

    private static WireArguments of(String function) {
        return new WireArguments(function);
    }

    private static WireArguments instance(Controller controller, String prefix, String name) {
        return of(prefix + name).address(controller.symbol(prefix + "Instance"));
    }

    private WireArguments address(ExecutorAddress address) {
        out.writeAddress(address);
        return this;
    }

    private WireArguments bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private WireArguments count(long elements) {
        counts.add(out.toBytes().length);
        out.writeLong(elements);
        return this;
    }

    private WireArguments text(String text) {
        return count(text.length()).bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends a read-write segment of one page. */
    private WireArguments segment(ExecutorAddress start) {
        out.writeByte((byte) 3).writeAddress(start).writeLong(4096);
        return this;
    }

    private WireArguments action(ExecutorAddress function) {
        return address(function).text("arguments");
    }

    /** Returns the symbol of the function. */
    String function() {
        return function;
    }

    /** Returns the valid arguments, cut off after each byte. */
    List<byte[]> truncated() {
        byte[] whole = out.toBytes();
        List<byte[]> cut = new ArrayList<>();
        for (int size = 0; size < whole.length; size++) {
            cut.add(Arrays.copyOf(whole, size));
        }
        return cut;
    }

    /**
     * Returns the valid arguments with one wrong count, for each count and several too large
     * values.
     */
    List<byte[]> lying() {
        List<byte[]> lies = new ArrayList<>();
        for (int offset : counts) {
            long left = (long) out.toBytes().length - offset - Long.BYTES;
            for (long lie :
                    new long[] {
                        left + 1, 1L << 31, (1L << 32) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1
                    }) {
                byte[] bytes = out.toBytes();
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, lie);
                lies.add(bytes);
            }
        }
        return lies;
    }

    @Override
    public String toString() {
        return function;
    }
}
