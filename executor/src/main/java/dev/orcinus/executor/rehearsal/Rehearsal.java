package dev.orcinus.executor.rehearsal;

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
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A controller that does once what every LLVM client does. The daemon serves it when it starts, so
 * that all classes are loaded at the first real call. The start-up cache is recorded from it, too.
 */
public final class Rehearsal {
    private static final long PAGE_BYTES = 0x10000;

    /** The offset of the function that succeeds in the page of code. */
    private static final int SUCCEED = 16;

    private final InputStream in;
    private final OutputStream out;
    private final GuestCode code = GuestCode.of(System.getProperty("os.arch"));
    private RehearsalLine line;
    private boolean hasCrash;
    private int lines = 1;

    /** Creates a controller at the other end of an executor's line. */
    public Rehearsal(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Has guest code crash, too. The executor's guest must have a process of its own. */
    public Rehearsal withCrash() {
        hasCrash = true;
        return this;
    }

    /** Has so many lines run, as a session of clang-repl has them. */
    public Rehearsal withLines(int count) {
        lines = count;
        return this;
    }

    /** Makes all calls and hangs up. */
    public void run() throws IOException, ProtocolException {
        line = new RehearsalLine(in, out);
        ExecutorAddress process = lookUp();
        ExecutorAddress base = load();
        load();
        call(
                LlvmNames.RUN_AS_MAIN,
                arguments()
                        .writeAddress(base.plus(PAGE_BYTES))
                        .writeLong(1)
                        .writeString("rehearsal"));
        call(
                LlvmNames.writeIntegers(Byte.SIZE),
                arguments()
                        .writeLong(1)
                        .writeAddress(base.plus(2 * PAGE_BYTES))
                        .writeByte((byte) 1));
        line.call(base.plus(PAGE_BYTES + SUCCEED), arguments());
        callFrameHook(process);
        call(
                LlvmNames.MEMORY_DEINITIALIZE,
                of(LlvmNames.MEMORY_INSTANCE).writeLong(1).writeAddress(base));
        call(
                LlvmNames.MEMORY_RELEASE,
                of(LlvmNames.MEMORY_INSTANCE).writeLong(1).writeAddress(base));
        CrashRehearsal crash = new CrashRehearsal(line, process, code);
        new RuntimeRehearsal(line, process, code, lines, hasCrash ? crash::run : () -> {}).run();
        line.hangUp();
    }

    /**
     * Opens the process and looks up functions in it, as every client does first; returns the
     * handle.
     */
    private ExecutorAddress lookUp() throws IOException, ProtocolException {
        ExecutorAddress handle =
                line.callForAddress(
                        LlvmNames.DYLIBS_OPEN,
                        line.of(LlvmNames.DYLIBS_INSTANCE).writeString("").writeLong(0));
        byte[] names =
                LookupElement.SET_CODEC.encode(
                        List.of(
                                new LookupElement("printf", false),
                                new LookupElement("__register_frame", false),
                                new LookupElement("__unw_add_dynamic_eh_frame_section", false),
                                new LookupElement("atexit", false),
                                new LookupElement("no_such_function", false)));
        call(
                LlvmNames.DYLIBS_LOOKUP,
                of(LlvmNames.DYLIBS_INSTANCE).writeAddress(handle).writeBytes(names));
        call(
                LlvmNames.DYLIBS_RESOLVE,
                of(LlvmNames.DYLIBS_INSTANCE).writeAddress(handle).writeBytes(names));
        call(LlvmNames.DYLIBS_RESOLVE, arguments().writeAddress(handle).writeBytes(names));
        return handle;
    }

    /** Has guest code call our function for unwind info, with an address that no session has. */
    private void callFrameHook(ExecutorAddress process) throws IOException, ProtocolException {
        byte[] name =
                LookupElement.SET_CODEC.encode(
                        List.of(new LookupElement("__deregister_frame", false)));
        SpsReader found =
                RehearsalLine.reader(
                        line.call(
                                LlvmNames.DYLIBS_RESOLVE,
                                of(LlvmNames.DYLIBS_INSTANCE)
                                        .writeAddress(process)
                                        .writeBytes(name)));
        boolean isList = found.readBoolean() && found.readLong() == 1 && found.readBoolean();
        ExecutorAddress hook = isList ? found.readAddress() : ExecutorAddress.NULL;
        if (!hook.isNull()) {
            call(
                    LlvmNames.RUN_AS_MAIN,
                    arguments().writeAddress(hook).writeLong(1).writeString("rehearsal"));
        }
    }

    /**
     * Reserves and initializes three pages: unwind info, code, zeros. The request has actions that
     * call our functions and guest code.
     */
    private ExecutorAddress load() throws IOException, ProtocolException {
        ExecutorAddress base =
                line.callForAddress(
                        LlvmNames.MEMORY_RESERVE,
                        line.of(LlvmNames.MEMORY_INSTANCE).writeLong(3 * PAGE_BYTES));
        byte[] text = new byte[2 * SUCCEED];
        System.arraycopy(code.returnZero().bytes(), 0, text, 0, code.returnZero().sizeBytes());
        System.arraycopy(code.succeed().bytes(), 0, text, SUCCEED, code.succeed().sizeBytes());
        WrapperFunctionCall guest =
                new WrapperFunctionCall(
                        base.plus(PAGE_BYTES + SUCCEED),
                        arguments().writeAddress(base).writeAddress(base).toBytes());
        FinalizeRequest request =
                new FinalizeRequest(
                        List.of(
                                segment(MemProt.READ, base, ehFrame(PAGE_BYTES)),
                                segment(MemProt.READ_EXEC, base.plus(PAGE_BYTES), text),
                                segment(
                                        MemProt.READ_WRITE,
                                        base.plus(2 * PAGE_BYTES),
                                        new byte[0])),
                        List.of(
                                new AllocActionCallPair(
                                        ehFrameCall(LlvmNames.REGISTER_EH_FRAMES_ACTION, base),
                                        ehFrameCall(LlvmNames.DEREGISTER_EH_FRAMES_ACTION, base)),
                                new AllocActionCallPair(guest, guest)));
        return line.callForAddress(
                LlvmNames.MEMORY_INITIALIZE,
                line.of(LlvmNames.MEMORY_INSTANCE)
                        .writeBytes(FinalizeRequest.CODEC.encode(request)));
    }

    private static FinalizeRequest.Segment segment(
            MemProt prot, ExecutorAddress address, byte[] content) {
        AllocGroup group = new AllocGroup(prot, MemLifetime.STANDARD);
        return new FinalizeRequest.Segment(new SegmentHeader(group, address, PAGE_BYTES), content);
    }

    private WrapperFunctionCall ehFrameCall(String function, ExecutorAddress base)
            throws IOException {
        byte[] range =
                arguments()
                        .writeAddress(base)
                        .writeAddress(base.plus(ehFrame(PAGE_BYTES).length))
                        .toBytes();
        return new WrapperFunctionCall(line.symbol(function), range);
    }

    /**
     * Returns a CIE ("zR", PC-relative 32-bit addresses), an FDE for 16 bytes in a distance, a
     * terminator.
     */
    static byte[] ehFrame(long distanceBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(16).putInt(0).put(new byte[] {1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0, 0, 0});
        bytes.putInt(16)
                .putInt(bytes.position())
                .putInt((int) distanceBytes - bytes.position())
                .putInt(16)
                .putInt(0);
        return bytes.array();
    }

    private static SpsWriter arguments() {
        return new SpsWriter();
    }

    private SpsWriter of(String instance) throws IOException {
        return line.of(instance);
    }

    private void call(String function, SpsWriter arguments) throws IOException, ProtocolException {
        line.call(function, arguments);
    }
}
