package dev.orcinus.executor.rehearsal;

import dev.orcinus.executor.orcrt.OrcRuntimes;
import dev.orcinus.executor.orcrt.core.RuntimeImage;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what a controller does that links our runtime's archive: has a dylib registered, opened,
 * updated, run and closed. Does nothing if the runtime has no code for the processor.
 */
final class RuntimeRehearsal {
    private static final String PLATFORM = "__orc_rt_elfnix_";
    private static final String NAME = "rehearsal";
    private static final long PAGE_BYTES = 0x10000;

    private final RehearsalLine line;
    private final ExecutorAddress process;
    private final GuestCode guest;
    private RuntimeImage image;

    /**
     * Creates a rehearsal.
     *
     * @param process the handle of the process
     * @param guest the code to load
     */
    RuntimeRehearsal(RehearsalLine line, ExecutorAddress process, GuestCode guest) {
        this.line = line;
        this.process = process;
        this.guest = guest;
    }

    void run() throws IOException, ProtocolException {
        ExecutorAddress base =
                line.callForAddress(
                        LlvmNames.MEMORY_RESERVE,
                        line.of(LlvmNames.MEMORY_INSTANCE).writeLong(3 * PAGE_BYTES));
        image = link(base);
        if (image != null) {
            load(base);
            use(base.plus(2 * PAGE_BYTES), base.plus(PAGE_BYTES));
        }
        line.call(
                LlvmNames.MEMORY_RELEASE,
                line.of(LlvmNames.MEMORY_INSTANCE).writeLong(1).writeAddress(base));
    }

    /** Returns the archive's code; null if there is none for the executor's target. */
    private RuntimeImage link(ExecutorAddress base) throws IOException, ProtocolException {
        if (line.triple().isApple()) {
            return null;
        }
        ExecutorAddress context = line.symbol(LlvmNames.DISPATCH_CONTEXT);
        Map<String, ExecutorAddress> imports = imports();
        return OrcRuntimes.of(line.triple())
                .flatMap(
                        runtime ->
                                RuntimeImage.link(
                                        runtime, line.triple().arch(), base, context, imports))
                .orElse(null);
    }

    private Map<String, ExecutorAddress> imports() throws IOException, ProtocolException {
        List<String> names = RuntimeImage.imports();
        byte[] wanted =
                LookupElement.SET_CODEC.encode(
                        names.stream().map(name -> new LookupElement(name, false)).toList());
        SpsReader found =
                RehearsalLine.reader(
                        line.call(
                                LlvmNames.DYLIBS_RESOLVE,
                                line.of(LlvmNames.DYLIBS_INSTANCE)
                                        .writeAddress(process)
                                        .writeBytes(wanted)));
        Map<String, ExecutorAddress> addresses = new HashMap<>();
        found.readBoolean();
        found.readLong();
        for (String name : names) {
            found.readBoolean();
            addresses.put(name, found.readAddress());
        }
        return addresses;
    }

    /**
     * Puts the runtime on the first page, the code of the dylib on the second, its data on the
     * third.
     */
    private void load(ExecutorAddress base) throws IOException, ProtocolException {
        ExecutorAddress code = base.plus(PAGE_BYTES);
        ExecutorAddress data = base.plus(2 * PAGE_BYTES);
        initialize(List.of(segment(MemProt.READ_EXEC, base, image.bytes())), List.of());
        byte[] pointers =
                ByteBuffer.allocate(2 * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.value())
                        .putLong(code.plus(16).value())
                        .array();
        initialize(
                List.of(
                        segment(MemProt.READ_EXEC, code, code(code, data)),
                        segment(MemProt.READ_WRITE, data, pointers)),
                actions(data));
    }

    /** Returns {@code main}, and an initializer that registers it as an at-exit function. */
    private byte[] code(ExecutorAddress code, ExecutorAddress handle) {
        byte[] bytes = new byte[64];
        ByteBuffer written = ByteBuffer.wrap(bytes);
        written.put(guest.returnZero().bytes()).position(16);
        ExecutorAddress register = image.address(PLATFORM + "cxa_atexit");
        written.put(guest.register(code, handle, register));
        return bytes;
    }

    private List<AllocActionCallPair> actions(ExecutorAddress handle) {
        SpsWriter sections =
                new SpsWriter()
                        .writeAddress(handle)
                        .writeLong(1)
                        .writeAddress(handle.plus(Long.BYTES))
                        .writeAddress(handle.plus(2 * Long.BYTES));
        SpsWriter none = new SpsWriter().writeLong(0).writeLong(0).writeLong(0).writeLong(0);
        return List.of(
                pair(
                        "platform_bootstrap",
                        new SpsWriter().writeAddress(handle),
                        "platform_shutdown",
                        new SpsWriter()),
                pair(
                        "register_jitdylib",
                        new SpsWriter().writeString(NAME).writeAddress(handle),
                        "deregister_jitdylib",
                        new SpsWriter().writeAddress(handle)),
                pair("register_object_sections", none, "deregister_object_sections", none),
                pair("register_init_sections", sections, "deregister_init_sections", sections));
    }

    private AllocActionCallPair pair(
            String registers, SpsWriter arguments, String undoes, SpsWriter undoArguments) {
        return new AllocActionCallPair(
                new WrapperFunctionCall(image.address(PLATFORM + registers), arguments.toBytes()),
                new WrapperFunctionCall(image.address(PLATFORM + undoes), undoArguments.toBytes()));
    }

    private void use(ExecutorAddress handle, ExecutorAddress main)
            throws IOException, ProtocolException {
        line.answer(
                image.address(PLATFORM + "push_initializers_tag"),
                new SpsWriter()
                        .writeBoolean(true)
                        .writeLong(1)
                        .writeAddress(handle)
                        .writeLong(0)
                        .toBytes());
        line.answer(
                image.address(PLATFORM + "symbol_lookup_tag"),
                SpsCodec.expected(Sps.ADDRESS).encode(new Expected.Value<>(main)));
        line.call(
                image.address("__orc_rt_jit_dlopen_wrapper"),
                new SpsWriter().writeString(NAME).writeInt(1));
        line.call(
                image.address("__orc_rt_jit_dlupdate_wrapper"),
                new SpsWriter().writeAddress(handle));
        line.call(
                image.address("__orc_rt_run_program_wrapper"),
                new SpsWriter().writeString(NAME).writeString("main").writeLong(0));
        line.call(
                image.address("__orc_rt_jit_dlclose_wrapper"),
                new SpsWriter().writeAddress(handle));
    }

    private void initialize(
            List<FinalizeRequest.Segment> segments, List<AllocActionCallPair> actions)
            throws IOException, ProtocolException {
        FinalizeRequest request = new FinalizeRequest(segments, actions);
        line.callForAddress(
                LlvmNames.MEMORY_INITIALIZE,
                line.of(LlvmNames.MEMORY_INSTANCE)
                        .writeBytes(FinalizeRequest.CODEC.encode(request)));
    }

    private static FinalizeRequest.Segment segment(
            MemProt prot, ExecutorAddress address, byte[] content) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new FinalizeRequest.Segment(new SegmentHeader(group, address, PAGE_BYTES), content);
    }
}
