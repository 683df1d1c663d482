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
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what a controller does that links our runtime's archive: has a dylib registered, opened,
 * updated, run and closed. Does nothing if the runtime has no code for the processor.
 */
final class RuntimeRehearsal {
    private static final String NAME = "rehearsal";

    /** What linkers for Mach-O call the function {@code main}. */
    private static final byte[] MAIN = {'_', 'm', 'a', 'i', 'n', 0};

    private static final long PAGE_BYTES = 0x10000;

    private final RehearsalLine line;
    private final ExecutorAddress process;
    private final GuestCode guest;
    private final RehearsedPlatform platform;
    private final int lines;
    private final Step whileOpen;
    private RuntimeImage image;

    /** What a controller does besides. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, ProtocolException;
    }

    /**
     * Creates a rehearsal.
     *
     * @param process the handle of the process
     * @param guest the code to load
     * @param lines how many lines run while the dylib is open
     * @param whileOpen what is done while the dylib is open
     */
    RuntimeRehearsal(
            RehearsalLine line,
            ExecutorAddress process,
            GuestCode guest,
            int lines,
            Step whileOpen) {
        this.lines = lines;
        this.whileOpen = whileOpen;
        this.line = line;
        this.process = process;
        this.guest = guest;
        this.platform =
                line.triple().isApple()
                        ? new RehearsedPlatform.MachO()
                        : new RehearsedPlatform.Elf();
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
                        names.stream()
                                .map(name -> platform.mangling() + name)
                                .map(name -> new LookupElement(name, false))
                                .toList());
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
        byte[] variables =
                ByteBuffer.allocate(2 * Long.BYTES + MAIN.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.value())
                        .putLong(code.plus(16).value())
                        .put(MAIN)
                        .array();
        ExecutorAddress initializers = data.plus(Long.BYTES);
        initialize(
                List.of(
                        segment(MemProt.READ_EXEC, code, code(code, data)),
                        segment(MemProt.READ_WRITE, data, variables)),
                actions(
                        new RehearsedPlatform.Dylib(
                                data, initializers, initializers.plus(Long.BYTES), code)));
    }

    /** Returns {@code main}, and an initializer that registers it as an at-exit function. */
    private byte[] code(ExecutorAddress code, ExecutorAddress handle) {
        byte[] bytes = new byte[64];
        ByteBuffer written = ByteBuffer.wrap(bytes);
        written.put(guest.returnZero().bytes()).position(16);
        ExecutorAddress register = address("cxa_atexit");
        written.put(guest.register(code, handle, register));
        return bytes;
    }

    private ExecutorAddress address(String function) {
        return image.address(platform.prefix() + function);
    }

    private List<AllocActionCallPair> actions(RehearsedPlatform.Dylib dylib) {
        return actions(platform.registrations(NAME, dylib));
    }

    /** Returns the actions of an object that is added to the dylib. */
    private List<AllocActionCallPair> actionsOfObject(RehearsedPlatform.Dylib dylib) {
        return actions(platform.objectRegistrations(dylib));
    }

    private List<AllocActionCallPair> actions(List<RehearsedPlatform.Registration> steps) {
        List<AllocActionCallPair> actions = new ArrayList<>();
        for (RehearsedPlatform.Registration step : steps) {
            actions.add(
                    new AllocActionCallPair(
                            new WrapperFunctionCall(address(step.function()), step.arguments()),
                            new WrapperFunctionCall(address(step.undoes()), step.undoArguments())));
        }
        return actions;
    }

    private void use(ExecutorAddress handle, ExecutorAddress main)
            throws IOException, ProtocolException {
        line.answer(address("push_initializers_tag"), platform.noInitializers(handle));
        line.answer(address(platform.symbolTag()), platform.symbol(main));
        line.call(
                image.address("__orc_rt_jit_dlopen_wrapper"),
                new SpsWriter().writeString(NAME).writeInt(1));
        line.call(
                image.address("__orc_rt_jit_dlupdate_wrapper"),
                new SpsWriter().writeAddress(handle));
        line.call(
                image.address("__orc_rt_run_program_wrapper"),
                new SpsWriter().writeString(NAME).writeString("main").writeLong(0));
        new LinesRehearsal(
                        line,
                        guest.returnZero().bytes(),
                        (start, end) ->
                                actionsOfObject(
                                        new RehearsedPlatform.Dylib(handle, start, end, main)))
                .run(
                        lines,
                        address("push_initializers_tag"),
                        image.address("__orc_rt_jit_dlupdate_wrapper"),
                        handle);
        whileOpen.run();
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
