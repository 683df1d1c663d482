package dev.orcinus.executor.elfnix;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.Host;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostThreadLocals;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The thread-locals of code that the controller has linked. The controller knows a "key" for each
 * object, and a range of memory that is the template of its thread-locals; which belong together
 * turns out at the first use. So a key is the address of a record of two words, the id of the
 * C library's module and where its template starts, and the first use fills it in. For many threads;
 * guarded by this object's lock.
 */
final class ThreadLocals {
    private static final long RECORD_BYTES = 16;
    private static final long MODULE = 0;
    private static final long START = 8;
    private static final long LARGEST_ALIGNMENT_BYTES = 64;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final Host host;
    private final Arena arena = Arena.ofShared();
    private final TreeMap<ExecutorAddress, Template> templates = new TreeMap<>();

    /** A registered template; the block is null before the first use. */
    private static final class Template {
        final AddressRange range;
        HostThreadLocals.Block block;
        MemorySegment record = MemorySegment.NULL;

        Template(AddressRange range) {
            this.range = range;
        }
    }

    ThreadLocals(Host host) {
        this.host = host;
    }

    /** Makes a key. */
    ExecutorAddress createKey() {
        return new ExecutorAddress(arena.allocate(RECORD_BYTES, RECORD_BYTES).address());
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
        if (template.block != null) {
            WORD.setRelease(template.record, MODULE, 0L);
            host.threadLocals().close(template.block.handle());
        }
    }

    /**
     * Fills a record in.
     *
     * @param entry two words: the key, and an address in the template
     */
    synchronized void use(ExecutorAddress entry) throws HostCallException {
        MemorySegment words = host.memory().view(AddressRange.of(entry, RECORD_BYTES));
        ExecutorAddress key = new ExecutorAddress(words.get(ValueLayout.JAVA_LONG, 0));
        ExecutorAddress variable = new ExecutorAddress(words.get(ValueLayout.JAVA_LONG, 8));
        Template template = templateAround(variable);
        MemorySegment record = host.memory().view(AddressRange.of(key, RECORD_BYTES));
        if (template.block == null) {
            template.block = open(template.range);
            template.record = record;
        }
        record.set(ValueLayout.JAVA_LONG, START, template.range.start().value());
        WORD.setRelease(record, MODULE, template.block.module());
    }

    private Template templateAround(ExecutorAddress variable) throws HostCallException {
        Map.Entry<ExecutorAddress, Template> below = templates.floorEntry(variable);
        if (below == null || variable.compareTo(below.getValue().range.end()) > 0) {
            throw new HostCallException(
                    "__tls_get_addr",
                    0,
                    "the thread-local at " + variable + " lies in no registered template");
        }
        return below.getValue();
    }

    private HostThreadLocals.Block open(AddressRange template) throws HostCallException {
        byte[] content = new byte[Math.toIntExact(template.sizeBytes())];
        if (!host.memory().tryRead(template.start(), MemorySegment.ofArray(content))) {
            throw new HostCallException(
                    "__tls_get_addr", 0, "the template " + template + " cannot be read");
        }
        return host.threadLocals()
                .open(
                        new HostThreadLocals.Request(
                                "the object at " + template.start(),
                                content,
                                content.length,
                                alignment(template.start()),
                                false,
                                List.of(),
                                List.of()));
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
