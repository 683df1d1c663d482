package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The shared object that stands for a block of thread-local storage. Its data are words that the
 * dynamic linker fills in when it relocates them: module, offset from the thread pointer,
 * descriptors, and imports.
 */
final class ThreadLocalLibrary {
    /** The symbol at the first word. */
    static final String WORDS = "orcinus_tls_words";

    private final Processor processor;
    private final Request request;
    private final SharedObject object;
    private final Map<String, Integer> imports = new HashMap<>();
    private int words;

    private ThreadLocalLibrary(Processor processor, Request request, String name) {
        this.processor = processor;
        this.request = request;
        this.object = new SharedObject(processor.elfMachine(), name);
    }

    /**
     * Returns the bytes of the library.
     *
     * @param name the name of the library and of the symbol at the start of its block
     * @param nameOf the names of the libraries of open blocks, by their handles
     */
    static byte[] write(
            Processor processor,
            Request request,
            String name,
            Function<ExecutorAddress, String> nameOf) {
        ThreadLocalLibrary library = new ThreadLocalLibrary(processor, request, name);
        library.addBlock(name);
        request.imports().forEach(i -> library.addImport(i, nameOf));
        library.object.isStatic(library.usesStaticStorage());
        library.object.data(new byte[library.words * Long.BYTES]);
        library.object.exportData(WORDS, 0, (long) library.words * Long.BYTES);
        return library.object.write();
    }

    /** Returns how many bytes of words a library for {@code request} has. */
    static long wordBytes(Request request) {
        int count = 2 + 2 * request.descriptors().size() + 5 * request.imports().size();
        return (long) count * Long.BYTES;
    }

    private boolean usesStaticStorage() {
        return request.isStatic() || request.imports().stream().anyMatch(Import::isStatic);
    }

    private void addBlock(String name) {
        boolean hasBytes = request.sizeBytes() != 0;
        if (hasBytes) {
            object.threadLocals(
                    request.content(),
                    request.sizeBytes(),
                    Math.toIntExact(request.alignmentBytes()));
            object.exportThreadLocals(name);
            request.exports().forEach(object::exportThreadLocal);
        }
        word(hasBytes, processor.tlsModuleRelocation(), SharedObject.NO_SYMBOL, 0);
        word(
                hasBytes && request.isStatic(),
                processor.threadPointerRelocation(),
                SharedObject.NO_SYMBOL,
                0);
        request.descriptors().forEach(offset -> descriptor(true, SharedObject.NO_SYMBOL, offset));
    }

    private void addImport(Import wanted, Function<ExecutorAddress, String> nameOf) {
        String name = wanted.symbol();
        if (!wanted.block().isNull()) {
            name = nameOf.apply(wanted.block());
            object.needs(name);
        }
        int symbol = imports.computeIfAbsent(name, n -> object.importThreadLocal(n));
        word(true, processor.tlsModuleRelocation(), symbol, 0);
        word(true, processor.tlsOffsetRelocation(), symbol, wanted.offset());
        word(wanted.isStatic(), processor.threadPointerRelocation(), symbol, wanted.offset());
        descriptor(wanted.hasDescriptor(), symbol, wanted.offset());
    }

    private void word(boolean isWanted, int relocation, int symbol, long addend) {
        if (isWanted) {
            object.relocate((long) words * Long.BYTES, relocation, symbol, addend);
        }
        words++;
    }

    private void descriptor(boolean isWanted, int symbol, long offset) {
        word(isWanted, processor.tlsDescriptorRelocation(), symbol, offset);
        words++;
    }

    /** Returns the block that the words describe once the dynamic linker has filled them in. */
    static Block read(ExecutorAddress handle, Request request, MemorySegment words) {
        Cursor in = new Cursor(words);
        long module = in.next();
        long threadPointerOffset = in.next();
        List<Descriptor> descriptors = new ArrayList<>(request.descriptors().size());
        request.descriptors().forEach(_ -> descriptors.add(in.nextDescriptor()));
        List<Imported> imports = new ArrayList<>(request.imports().size());
        request.imports()
                .forEach(
                        _ ->
                                imports.add(
                                        new Imported(
                                                in.next(),
                                                in.next(),
                                                in.next(),
                                                in.nextDescriptor())));
        return new Block(handle, module, threadPointerOffset, descriptors, imports);
    }

    private static final class Cursor {
        private final MemorySegment words;
        private long at;

        Cursor(MemorySegment words) {
            this.words = words;
        }

        long next() {
            long word = words.get(JAVA_LONG, at);
            at += Long.BYTES;
            return word;
        }

        Descriptor nextDescriptor() {
            return new Descriptor(new ExecutorAddress(next()), next());
        }
    }
}
