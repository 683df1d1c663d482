package dev.orcinus.executor.orcrt.elf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory;
import dev.orcinus.platform.spi.HostThreadLocals;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The thread-locals of code that the controller has linked. The controller gives each object a
 * "key", and knows the template of each object's thread-locals; which template an object refers to
 * with its key, its own or another's, turns out at the first use. So a key is the address of a
 * record that native code looks at, and records for further templates hang on it. A template
 * becomes thread-local storage of the C library's at its first use. For many threads; guarded by
 * this object's lock, while native code reads records as they are filled: the size, and the link to
 * a further record, last.
 */
final class ElfNixThreadLocals {
    private static final long RECORD_BYTES = 40;
    private static final long RECORD_ALIGNMENT_BYTES = 64;

    /** A TLS descriptor of the C library for the template's first byte. */
    private static final long FUNCTION = 0;

    private static final long ARGUMENT = 8;
    private static final long START = 16;
    private static final long SIZE = 24;
    private static final long NEXT = 32;
    private static final long ENTRY_BYTES = 16;
    private static final long LARGEST_ALIGNMENT_BYTES = 64;
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final HostMemory memory;
    private final ThreadLocalBlocks blocks;
    private final Arena arena = Arena.ofShared();
    private final TreeMap<ExecutorAddress, Template> templates = new TreeMap<>();

    /** A registered template, and the records that know it. */
    private static final class Template {
        final AddressRange range;
        final Set<MemorySegment> records = new HashSet<>();
        HostThreadLocals.Block block;

        Template(AddressRange range) {
            this.range = range;
        }
    }

    /**
     * Thread-locals of one platform.
     *
     * @param blocks the session's
     */
    ElfNixThreadLocals(HostMemory memory, ThreadLocalBlocks blocks) {
        this.memory = memory;
        this.blocks = blocks;
    }

    /** Makes a key. */
    ExecutorAddress createKey() {
        return new ExecutorAddress(newRecord().address());
    }

    private MemorySegment newRecord() {
        return arena.allocate(RECORD_BYTES, RECORD_ALIGNMENT_BYTES);
    }

    synchronized void register(AddressRange template) {
        if (!template.isEmpty()) {
            templates.put(template.start(), new Template(template));
        }
    }

    /** Takes a template back, and the copies of all threads. */
    synchronized void deregister(AddressRange template) throws HostCallException {
        Template registered = templates.remove(template.start());
        if (registered != null) {
            close(registered);
        }
    }

    private void close(Template template) throws HostCallException {
        for (MemorySegment record : template.records) {
            WORD.setRelease(record, SIZE, 0L);
        }
        if (template.block != null) {
            blocks.close(template.block.handle());
        }
    }

    /**
     * Has a record for what is used for the first time.
     *
     * @param entry two words: the key, and an address in a template
     */
    synchronized void use(ExecutorAddress entry) throws HostCallException {
        MemorySegment words = memory.view(AddressRange.of(entry, ENTRY_BYTES));
        Template template = templateAround(new ExecutorAddress(words.get(JAVA_LONG, Long.BYTES)));
        if (template.block == null) {
            template.block = open(template.range);
        }
        MemorySegment record = recordFor(words.get(JAVA_LONG, 0), template);
        HostThreadLocals.Descriptor descriptor = template.block.descriptors().getFirst();
        record.set(JAVA_LONG, FUNCTION, descriptor.function().value());
        record.set(JAVA_LONG, ARGUMENT, descriptor.argument());
        record.set(JAVA_LONG, START, template.range.start().value());
        WORD.setRelease(record, SIZE, template.range.sizeBytes());
        template.records.add(record);
    }

    /**
     * The record of a key that knows a template, which another thread may have filled meanwhile, or
     * one that knows none; made if there is neither.
     */
    private MemorySegment recordFor(long key, Template template) {
        MemorySegment record = view(key);
        while (record.get(JAVA_LONG, SIZE) != 0
                && record.get(JAVA_LONG, START) != template.range.start().value()) {
            long next = record.get(JAVA_LONG, NEXT);
            if (next == 0) {
                MemorySegment added = newRecord();
                WORD.setRelease(record, NEXT, added.address());
                return added;
            }
            record = view(next);
        }
        return record;
    }

    private MemorySegment view(long record) {
        return memory.view(AddressRange.of(new ExecutorAddress(record), RECORD_BYTES));
    }

    private Template templateAround(ExecutorAddress variable) throws HostCallException {
        Map.Entry<ExecutorAddress, Template> below = templates.floorEntry(variable);
        if (below == null || !below.getValue().range.contains(variable)) {
            throw new HostCallException(
                    "__tls_get_addr",
                    0,
                    "the thread-local at " + variable + " lies in no registered template");
        }
        return below.getValue();
    }

    private HostThreadLocals.Block open(AddressRange template) throws HostCallException {
        byte[] content = new byte[Math.toIntExact(template.sizeBytes())];
        if (!memory.tryRead(template.start(), MemorySegment.ofArray(content))) {
            throw new HostCallException(
                    "__tls_get_addr", 0, "the template " + template + " cannot be read");
        }
        HostThreadLocals.Request request =
                new HostThreadLocals.Request(
                        "the object at " + template.start(),
                        content,
                        content.length,
                        alignment(template.start()),
                        false,
                        List.of(0L),
                        List.of());
        return blocks.open(request, 1);
    }

    /** The controller does not tell; but it has aligned the template itself. */
    private static long alignment(ExecutorAddress start) {
        return Math.min(Long.lowestOneBit(start.value()), LARGEST_ALIGNMENT_BYTES);
    }

    /** Takes everything back. */
    synchronized void close() throws HostCallException {
        HostCallException first = null;
        for (Template template : templates.values()) {
            try {
                close(template);
            } catch (HostCallException e) {
                first = first == null ? e : first;
            }
        }
        templates.clear();
        arena.close();
        if (first != null) {
            throw first;
        }
    }
}
