package dev.orcinus.jit.unwinding;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.dwarf.CallFrameRows;
import dev.orcinus.formats.elf.SectionedObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An object file with entries of both kinds, their unwind info, and their variables: words that all
 * share, a pair of words for each entry (the number of words on the stack, and the function), and
 * room for exceptions.
 */
final class EntryBlock {
    /** The number of entries of each kind. */
    static final int ENTRIES = 16;

    static final int WORD = Long.BYTES;
    static final int PAIR = 2 * WORD;

    /** The size of {@code _Unwind_Exception}, which is aligned to 16 bytes. */
    static final int EXCEPTION = 32;

    static final String CODE = "orcinus.entries";
    static final String DATA = "orcinus.entry.words";

    /** The words that all entries share, in their order. */
    static final List<String> SHARED =
            List.of(
                    "backtrace",
                    "searching",
                    "set_register",
                    "region_start",
                    "set_address",
                    "caught",
                    "raising",
                    "take",
                    "raise_exception",
                    "unraised");

    static final int CALL_WORDS = 16 * WORD;
    static final int CALLBACK_WORDS = CALL_WORDS + ENTRIES * PAIR;
    static final int EXCEPTIONS = CALLBACK_WORDS + ENTRIES * PAIR;
    static final int DATA_BYTES = EXCEPTIONS + ENTRIES * EXCEPTION;

    private static final int ALIGNMENT = 64;
    private static final byte PCREL_SDATA4 = 0x1b;

    private final EntryProcessor code;
    private final SectionedObject object;
    private final List<int[]> frameReferences = new ArrayList<>();

    private EntryBlock(EntryProcessor code) {
        this.code = code;
        this.object = new SectionedObject(code.machine());
    }

    /** Takes the references of code to variables. */
    @FunctionalInterface
    interface References {
        void add(int offset, int type, String name, long addend);
    }

    static int calls(EntryProcessor code) {
        return -(-code.personality().sizeBytes() & -ALIGNMENT);
    }

    static int callbacks(EntryProcessor code) {
        return calls(code) + ENTRIES * stride(code.call());
    }

    static int codeBytes(EntryProcessor code) {
        return callbacks(code) + ENTRIES * stride(code.callback());
    }

    static int stride(CodeListing listing) {
        return -(-listing.sizeBytes() & -ALIGNMENT);
    }

    static byte[] write(EntryProcessor code) {
        return new EntryBlock(code).write();
    }

    private byte[] write() {
        int calls = calls(code);
        int callbacks = callbacks(code);
        int callStride = stride(code.call());
        int callbackStride = stride(code.callback());
        ByteBuffer text = ByteBuffer.allocate(callbacks + ENTRIES * callbackStride);
        text.put(0, code.personality().bytes());
        for (int i = 0; i < ENTRIES; i++) {
            text.put(calls + i * callStride, code.call().bytes());
            text.put(callbacks + i * callbackStride, code.callback().bytes());
        }
        byte[] frames = frames();
        int textSection = object.code(".text", text.array(), ALIGNMENT);
        int dataSection = object.data(".data", new byte[DATA_BYTES], ALIGNMENT);
        int frameSection = object.constants(".eh_frame", frames, WORD);
        object.function(CODE, textSection, 0, code.personality().sizeBytes());
        object.object(DATA, dataSection, 0, DATA_BYTES);
        relocate(textSection, code.personality(), 0, -1);
        for (int i = 0; i < ENTRIES; i++) {
            int call = calls + i * callStride;
            int callback = callbacks + i * callbackStride;
            object.function("orcinus.call." + i, textSection, call, code.call().sizeBytes());
            object.function(
                    "orcinus.callback." + i, textSection, callback, code.callback().sizeBytes());
            relocate(textSection, code.call(), call, CALL_WORDS + i * PAIR);
            relocate(textSection, code.callback(), callback, CALLBACK_WORDS + i * PAIR);
        }
        for (int[] reference : frameReferences) {
            object.relocate(frameSection, reference[0], code.relative32(), CODE, reference[1]);
        }
        return object.write();
    }

    private void relocate(int section, CodeListing listing, int start, int pair) {
        code.relocate(
                (offset, type, name, addend) ->
                        object.relocate(section, offset, type, DATA, placeOf(name, pair) + addend),
                listing,
                start);
    }

    private static int placeOf(String name, int pair) {
        return switch (name) {
            case "words" -> pair;
            case "function" -> pair + WORD;
            default -> SHARED.indexOf(name) * WORD;
        };
    }

    private byte[] frames() {
        ByteBuffer frames = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);
        int withPersonality = common(frames, true);
        for (int i = 0; i < ENTRIES; i++) {
            describe(
                    frames,
                    withPersonality,
                    calls(code) + i * stride(code.call()),
                    code.call(),
                    code.callRows());
        }
        int plain = common(frames, false);
        describe(frames, plain, 0, code.personality(), code.personalityRows());
        for (int i = 0; i < ENTRIES; i++) {
            describe(
                    frames,
                    plain,
                    callbacks(code) + i * stride(code.callback()),
                    code.callback(),
                    code.callbackRows());
        }
        byte[] all = new byte[frames.position()];
        frames.get(0, all);
        return all;
    }

    /** Writes a common information entry, and returns its place. */
    private int common(ByteBuffer frames, boolean hasPersonality) {
        int start = frames.position();
        frames.putInt(0).putInt(0).put((byte) 1);
        frames.put(
                (hasPersonality ? "zPR\0" : "zR\0")
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        frames.put((byte) 1).put((byte) 0x78); // code in bytes, data in words of -8 bytes
        frames.put((byte) code.returnRegister());
        if (hasPersonality) {
            frames.put((byte) 6).put(PCREL_SDATA4);
            frameReferences.add(new int[] {frames.position(), 0});
            frames.putInt(0);
        } else {
            frames.put((byte) 1);
        }
        frames.put(PCREL_SDATA4).put(code.start().bytes());
        end(frames, start);
        return start;
    }

    private void describe(
            ByteBuffer frames, int common, int start, CodeListing listing, CallFrameRows rows) {
        int place = frames.position();
        frames.putInt(0).putInt(place + Integer.BYTES - common);
        frameReferences.add(new int[] {frames.position(), start});
        frames.putInt(0).putInt(listing.sizeBytes()).put((byte) 0).put(rows.bytes());
        end(frames, place);
    }

    private static void end(ByteBuffer frames, int start) {
        while ((frames.position() - start) % WORD != 0) {
            frames.put((byte) 0);
        }
        frames.putInt(start, frames.position() - start - Integer.BYTES);
    }
}
