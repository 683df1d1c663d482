package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.orcrt.core.TlsRecords.TlsRecord;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.guest.GuestReader;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The thread-locals of code that the controller has linked. The controller gives each object a
 * "key" and registers the template of its thread-locals. Which templates an object uses with its
 * key, its own or others', is known at their first use. So a key is the address of a record that
 * native code reads, the first of a list with one record per template. At its first use a template
 * becomes thread-local storage of the C library. A variable of a library, such as libstdc++'s of
 * {@code std::call_once}, lies in no template: the controller knows it by the address that one
 * thread has found, whose name has been noted. Thread-safe; guarded by this object's lock.
 */
public final class ThreadLocalTemplates implements GuestBooks {
    private static final int ENTRY_WORDS = 2;
    private static final long LARGEST_ALIGNMENT_BYTES = 64;

    private final Platform platform;
    private final GuestMemory memory;
    private final ThreadLocalBlocks blocks;
    private final TlsRecords records;
    private final Map<ExecutorAddress, TlsRecord> keys = new HashMap<>();
    private final TreeMap<ExecutorAddress, Template> templates = new TreeMap<>();
    private final Map<ExecutorAddress, Template> ofLibraries = new HashMap<>();

    /**
     * A registered template, or a variable of a library, which has a symbol, and whose range has
     * its first byte only; and the records that refer to it.
     */
    private static final class Template {
        final AddressRange range;
        final Optional<String> symbol;
        final Set<TlsRecord> records = new HashSet<>();
        GuestThreadLocals.Block block;

        Template(AddressRange range, Optional<String> symbol) {
            this.range = range;
            this.symbol = symbol;
        }

        GuestThreadLocals.Descriptor descriptor() {
            return symbol.isPresent()
                    ? block.imports().getFirst().descriptor()
                    : block.descriptors().getFirst();
        }
    }

    /** Creates the thread-locals of one platform. */
    public ThreadLocalTemplates(Platform platform) {
        this.platform = platform;
        this.memory = platform.guest().memory();
        this.blocks = platform.session().guest().threadLocals();
        this.records = new TlsRecords(memory);
        platform.session().guest().checkpoints().add(this);
    }

    /** Creates a key and returns it. */
    public synchronized ExecutorAddress createKey() throws HostCallException {
        platform.session().lookups().keep();
        TlsRecord record = records.create();
        keys.put(record.address(), record);
        return record.address();
    }

    /** Notes a template; one without bytes is no error. */
    public synchronized void register(AddressRange template) {
        if (!template.isEmpty()) {
            templates.put(template.start(), new Template(template, Optional.empty()));
        }
    }

    /** Removes a template, and the copies of all threads. */
    public synchronized void deregister(AddressRange template) throws HostCallException {
        Template registered = templates.remove(template.start());
        if (registered != null) {
            close(registered);
        }
    }

    private void close(Template template) throws HostCallException {
        for (TlsRecord record : template.records) {
            record.clear();
        }
        if (template.block != null) {
            blocks.close(template.block.handle());
        }
    }

    /**
     * Fills the record for a thread-local that is used for the first time. A failure aborts the
     * guest, because code that uses a variable expects none.
     *
     * @param entry two words: the key, and an address in a template
     * @return 0
     */
    public long use(ExecutorAddress entry) {
        try {
            fill(entry);
            return 0;
        } catch (HostCallException e) {
            return platform.abort(e.getMessage());
        }
    }

    private synchronized void fill(ExecutorAddress entry) throws HostCallException {
        long[] words =
                new GuestReader(memory)
                        .words(entry, ENTRY_WORDS)
                        .orElseThrow(() -> refused("nothing can be read at " + entry));
        Template template = templateAround(new ExecutorAddress(words[1]));
        if (template.block == null) {
            template.block = template.symbol.isPresent() ? find(template) : open(template.range);
        }
        TlsRecord record = key(new ExecutorAddress(words[0])).forTemplate(template.range);
        record.fill(template.range, template.descriptor());
        template.records.add(record);
    }

    private TlsRecord key(ExecutorAddress address) throws HostCallException {
        TlsRecord record = keys.get(address);
        if (record == null) {
            throw refused(address + " is no key of a thread-local");
        }
        return record;
    }

    private static HostCallException refused(String problem) {
        return new HostCallException("__tls_get_addr", 0, problem);
    }

    private Template templateAround(ExecutorAddress variable) throws HostCallException {
        Map.Entry<ExecutorAddress, Template> below = templates.floorEntry(variable);
        return below != null && below.getValue().range.contains(variable)
                ? below.getValue()
                : ofLibrary(variable);
    }

    private Template ofLibrary(ExecutorAddress variable) throws HostCallException {
        Template known = ofLibraries.get(variable);
        if (known != null) {
            return known;
        }
        Optional<String> name = platform.session().lookups().nameOf(variable);
        if (name.isEmpty()) {
            throw refused(
                    "the thread-local at "
                            + variable
                            + " lies in no registered template, and is of no library");
        }
        Template template = new Template(AddressRange.of(variable, 1), name);
        ofLibraries.put(variable, template);
        return template;
    }

    private GuestThreadLocals.Block find(Template template) throws HostCallException {
        String name = template.symbol.orElseThrow();
        Import wanted = new Import(name, ExecutorAddress.NULL, 0, false, true);
        return blocks.open(
                new Request(name, new byte[0], 0, 1, false, List.of(), List.of(wanted)), 1);
    }

    private GuestThreadLocals.Block open(AddressRange template) throws HostCallException {
        byte[] content = new byte[Math.toIntExact(template.sizeBytes())];
        if (!memory.tryRead(template.start(), MemorySegment.ofArray(content))) {
            throw refused("the template " + template + " cannot be read");
        }
        Request request =
                new Request(
                        "the object at " + template.start(),
                        content,
                        content.length,
                        alignment(template.start()),
                        false,
                        List.of(0L),
                        List.of());
        return blocks.open(request, 1);
    }

    /**
     * Returns the alignment of the template's address: the controller tells no alignment, but has
     * aligned the template.
     */
    private static long alignment(ExecutorAddress start) {
        return Math.min(Long.lowestOneBit(start.value()), LARGEST_ALIGNMENT_BYTES);
    }

    /** Returns a step that makes it know which templates and records are in use now. */
    @Override
    public synchronized Runnable state() {
        Map<Template, Use> known = new HashMap<>();
        for (Template template : all()) {
            known.put(template, new Use(template.block, Set.copyOf(template.records)));
        }
        Runnable ofRecords = records.state();
        return () -> restore(known, ofRecords);
    }

    private List<Template> all() {
        List<Template> all = new ArrayList<>(templates.values());
        all.addAll(ofLibraries.values());
        return all;
    }

    /** The storage of a template, and the records that refer to it. */
    private record Use(GuestThreadLocals.Block block, Set<TlsRecord> records) {
        static final Use NONE = new Use(null, Set.of());
    }

    private synchronized void restore(Map<Template, Use> known, Runnable ofRecords) {
        for (Template template : all()) {
            Use use = known.getOrDefault(template, Use.NONE);
            template.block = use.block;
            template.records.clear();
            template.records.addAll(use.records);
        }
        ofRecords.run();
    }

    /** Removes all templates and frees all records. */
    public synchronized void close() throws ActionFailedException {
        HostCallException first = null;
        for (Template template : all()) {
            first = attempt(() -> close(template), first);
        }
        templates.clear();
        ofLibraries.clear();
        first = attempt(records::close, first);
        if (first != null) {
            throw new ActionFailedException(first.getMessage());
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws HostCallException;
    }

    private static HostCallException attempt(Step step, HostCallException before) {
        try {
            step.run();
            return before;
        } catch (HostCallException e) {
            return before == null ? e : before;
        }
    }
}
