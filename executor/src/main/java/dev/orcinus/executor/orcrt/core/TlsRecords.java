package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records in guest memory that native code may read while they are filled. Each tells where one
 * template's thread-locals are, and which record is next. The size, and the link to the next
 * record, are written last and in one piece. Used by one thread at a time.
 */
final class TlsRecords {
    private static final long RECORD_BYTES = 64;

    /**
     * The offset of the size, after a TLS descriptor of the C library and the template's address.
     */
    private static final long SIZE = 24;

    private static final long NEXT = 32;

    private final GuestMemory memory;
    private final List<AddressRange> pages = new ArrayList<>();
    private final List<TlsRecord> all = new ArrayList<>();
    private ExecutorAddress free = ExecutorAddress.NULL;

    TlsRecords(GuestMemory memory) {
        this.memory = memory;
    }

    /** A record and its content. */
    final class TlsRecord {
        private final ExecutorAddress address;
        private ExecutorAddress template = ExecutorAddress.NULL;
        private TlsRecord next;

        private TlsRecord(ExecutorAddress address) {
            this.address = address;
        }

        ExecutorAddress address() {
            return address;
        }

        /** Returns whether the record has no template, or this one. */
        private boolean suits(AddressRange range) {
            return template.isNull() || template.equals(range.start());
        }

        /**
         * Returns the record for a template in the list that begins here: the one that has it, else
         * a free one, else a new one.
         */
        TlsRecord forTemplate(AddressRange range) throws HostCallException {
            TlsRecord record = this;
            while (!record.suits(range)) {
                if (record.next == null) {
                    record.next = create();
                    store(record.next.address.value(), record.address.plus(NEXT));
                }
                record = record.next;
            }
            return record;
        }

        /** Tells native code where a template's thread-locals are. */
        void fill(AddressRange range, Descriptor descriptor) throws HostCallException {
            long[] words = {
                descriptor.function().value(), descriptor.argument(), range.start().value()
            };
            if (!memory.tryWrite(MemorySegment.ofArray(words), address)) {
                throw notWritten(address);
            }
            store(range.sizeBytes(), address.plus(SIZE));
            template = range.start();
        }

        /** Empties the record, so that native code asks again. */
        void clear() throws HostCallException {
            store(0, address.plus(SIZE));
            template = ExecutorAddress.NULL;
        }
    }

    /** Creates an empty record and returns it. */
    TlsRecord create() throws HostCallException {
        if (pages.isEmpty() || free.equals(pages.getLast().end())) {
            free = map().start();
        }
        TlsRecord record = new TlsRecord(free);
        free = free.plus(RECORD_BYTES);
        all.add(record);
        return record;
    }

    /**
     * Returns a step that makes the records what they are now. Those that have been created
     * meanwhile are empty then.
     */
    Runnable state() {
        List<TlsRecord> records = List.copyOf(all);
        List<ExecutorAddress> templates = new ArrayList<>(records.size());
        List<TlsRecord> nexts = new ArrayList<>(records.size());
        for (TlsRecord record : records) {
            templates.add(record.template);
            nexts.add(record.next);
        }
        return () -> {
            for (int i = 0; i < all.size(); i++) {
                boolean isKnown = i < records.size();
                all.get(i).template = isKnown ? templates.get(i) : ExecutorAddress.NULL;
                all.get(i).next = isKnown ? nexts.get(i) : null;
            }
        };
    }

    private AddressRange map() throws HostCallException {
        AddressRange added = memory.map(memory.pageSizeBytes());
        pages.add(added);
        memory.publish(List.of(new Publication(added, MemProt.READ_WRITE)));
        return added;
    }

    private void store(long value, ExecutorAddress target) throws HostCallException {
        if (!memory.tryStore(value, target)) {
            throw notWritten(target);
        }
    }

    private static HostCallException notWritten(ExecutorAddress target) {
        return new HostCallException(
                "__tls_get_addr", 0, "a record of thread-locals cannot be written at " + target);
    }

    /** Frees the memory, which no native code may read any more. */
    void close() throws HostCallException {
        Optional<HostCallException> failure = memory.unmap(pages).values().stream().findFirst();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
