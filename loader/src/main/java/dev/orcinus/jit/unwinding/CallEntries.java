package dev.orcinus.jit.unwinding;

import dev.orcinus.loader.input.ObjectFormats;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The entries between Java and native code of one process. A function has one entry as long as its
 * object stays; entries of functions that are gone are given to others. Many threads use it; its
 * lock guards it.
 */
public final class CallEntries {
    private static final long SLAB_BYTES = 64 << 20;

    private final NativeSide side;
    private final EntryProcessor code;
    private final LinkSession session;
    private final Dylib dylib;
    private final Deque<Entry> freeCalls = new ArrayDeque<>();
    private final Deque<Entry> freeCallbacks = new ArrayDeque<>();
    private final Map<Target, Entry> known = new HashMap<>();
    private final List<Block> blocks = new CopyOnWriteArrayList<>();
    private final Map<Long, long[]> written = new ConcurrentHashMap<>();
    private int raising;
    private NativeThrows handlers;

    /** A function with the number of words on its stack, and the time that it is there. */
    private record Target(String function, int words, Lifetime lifetime) {
        // Written out, because the comparison of a record generates classes when it is first used.
        @Override
        public boolean equals(Object other) {
            return other instanceof Target target
                    && target.function.equals(function)
                    && target.words == words
                    && target.lifetime.equals(lifetime);
        }

        @Override
        public int hashCode() {
            return function.hashCode() * 31 + lifetime.hashCode();
        }
    }

    /** Many entries: their code, and their words. */
    private record Block(AddressRange code, ExecutorAddress words) {}

    /** An entry: its code, and its two words. */
    private record Entry(ExecutorAddress code, ExecutorAddress words) {}

    private CallEntries(NativeSide side, EntryProcessor code) {
        this.side = side;
        this.code = code;
        this.session =
                new LinkSession(
                        side.target(),
                        ObjectFormats.of(side.target().triple()),
                        new LinkOptions(SLAB_BYTES, false));
        this.dylib = session.createDylib("entries");
        side.onRestored(this::writeAgain);
    }

    /** Returns the entries of a process, or null if there are none for its system. */
    public static CallEntries of(NativeSide side) {
        if (!side.target().triple().text().contains("linux")) {
            return null;
        }
        return switch (side.target().triple().arch()) {
            case "x86_64" -> new CallEntries(side, EntryProcessor.X86_64);
            case "aarch64" -> new CallEntries(side, EntryProcessor.AARCH64);
            default -> null;
        };
    }

    /** Makes the first entries, which may be before somebody needs them. */
    public synchronized void prepare() {
        if (blocks.isEmpty()) {
            addBlock();
        }
    }

    /**
     * Returns the address at which a function is called so that its exceptions end there.
     *
     * @param gate of the function
     */
    public synchronized ExecutorAddress call(
            FunctionGate gate, ExecutorAddress function, FunctionDescriptor shape) {
        Target target = new Target(gate.function(), code.stackWords(shape), gate.lifetime());
        Entry entry = known.get(target);
        if (entry == null) {
            Entry made = take(freeCalls, target.words, function);
            gate.lifetime().afterwards(() -> release(target, made));
            entry = made;
            known.put(target, entry);
        }
        return entry.code.plus(code.callStart(target.words));
    }

    /** Directs the calls of an object's functions to others. */
    public synchronized void redirect(
            Lifetime lifetime, Function<String, ExecutorAddress> functions) {
        Map<ExecutorAddress, ExecutorAddress> found = new HashMap<>();
        known.forEach(
                (target, entry) -> {
                    if (target.lifetime == lifetime) {
                        found.put(entry.words, functions.apply(target.function));
                    }
                });
        found.forEach((words, function) -> write(words.plus(EntryBlock.WORD), function.value()));
    }

    private synchronized void release(Target target, Entry entry) {
        known.remove(target);
        freeCalls.push(entry);
    }

    /**
     * Returns the address at which native code calls a callback so that its exceptions are raised
     * behind it.
     *
     * @param lifetime of the callback
     */
    public synchronized ExecutorAddress callback(
            ExecutorAddress stub, FunctionDescriptor shape, Lifetime lifetime) {
        Callback taken = callback(stub, shape);
        lifetime.afterwards(taken.end());
        return taken.address();
    }

    /**
     * An address at which native code calls a callback.
     *
     * @param end gives the address back, when nobody calls it any more
     */
    public record Callback(ExecutorAddress address, Runnable end) {}

    /** Returns what {@link #callback} returns, for a time that the caller ends. */
    public synchronized Callback callback(ExecutorAddress stub, FunctionDescriptor shape) {
        Entry entry = take(freeCallbacks, code.stackWords(shape), stub);
        return new Callback(entry.code, () -> giveBack(entry));
    }

    private synchronized void giveBack(Entry callback) {
        freeCallbacks.push(callback);
    }

    private void write(ExecutorAddress place, long... words) {
        written.put(place.value(), words);
        side.write(place, words);
    }

    private void writeAgain() {
        written.forEach((place, words) -> side.write(new ExecutorAddress(place), words));
        changeRaising(0);
    }

    private Entry take(Deque<Entry> free, int words, ExecutorAddress function) {
        if (free.isEmpty()) {
            addBlock();
        }
        Entry entry = free.pop();
        write(entry.words, words);
        write(entry.words.plus(EntryBlock.WORD), function.value());
        return entry;
    }

    /** A callback of this thread is about to return, and what it has thrown is kept. */
    void raise() {
        if (handlers().toBeRaised()) {
            changeRaising(1);
        }
    }

    /** The native frames of this thread are gone, and with them what was to be raised there. */
    public void giveUp() {
        handlers().giveUp();
    }

    private synchronized NativeThrows handlers() {
        if (handlers == null) {
            handlers = new NativeThrows(side, this::isEntry, () -> changeRaising(-1));
        }
        return handlers;
    }

    private void addBlock() {
        MemorySegment object = MemorySegment.ofArray(EntryBlock.write(code));
        String label = "orcinus.entries." + blocks.size();
        Dylib part = blocks.isEmpty() ? dylib : session.createDylib(label);
        session.add(part, () -> ObjectReader.read(label, object));
        Map<String, ExecutorAddress> found =
                session.lookup(part, List.of(EntryBlock.CODE, EntryBlock.DATA));
        ExecutorAddress start = found.get(EntryBlock.CODE);
        ExecutorAddress data = found.get(EntryBlock.DATA);
        handlers()
                .shared()
                .forEach((index, word) -> write(data.plus(index * (long) EntryBlock.WORD), word));
        for (int i = EntryBlock.ENTRIES - 1; i >= 0; i--) {
            long pair = (long) i * EntryBlock.PAIR;
            freeCalls.push(
                    new Entry(
                            start.plus(
                                    EntryBlock.calls(code)
                                            + (long) i * EntryBlock.stride(code.call())),
                            data.plus(EntryBlock.CALL_WORDS + pair)));
            freeCallbacks.push(
                    new Entry(
                            start.plus(
                                    EntryBlock.callbacks(code)
                                            + (long) i * EntryBlock.stride(code.callback())),
                            data.plus(EntryBlock.CALLBACK_WORDS + pair)));
            handlers().room(data.plus(EntryBlock.EXCEPTIONS + (long) i * EntryBlock.EXCEPTION));
        }
        blocks.add(new Block(AddressRange.of(start, EntryBlock.codeBytes(code)), data));
    }

    /** Tells all callbacks how many threads have an exception to be raised. */
    private void changeRaising(int change) {
        synchronized (blocks) {
            raising += change;
            long index = EntryBlock.SHARED.indexOf("raising");
            for (Block block : blocks) {
                side.write(block.words.plus(index * EntryBlock.WORD), raising);
            }
        }
    }

    private boolean isEntry(ExecutorAddress address) {
        return blocks.stream().anyMatch(block -> block.code.contains(address));
    }
}
