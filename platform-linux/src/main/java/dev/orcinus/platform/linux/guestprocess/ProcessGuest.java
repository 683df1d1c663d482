package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.linux.LinuxThreadLocals;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.Keeper.KeptGuest;
import dev.orcinus.platform.linux.guestprocess.calls.TypedCalls;
import dev.orcinus.platform.linux.guestprocess.memory.ProcessMemory;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.program.ReturningCode;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.PausedCopy;
import dev.orcinus.platform.linux.guestprocess.threads.Predecessor;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import dev.orcinus.platform.spi.guest.GuestUsage;
import dev.orcinus.platform.spi.guest.IsolatedCalls;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.platform.spi.guest.MappedFile;
import dev.orcinus.platform.spi.guest.Preemptable;
import dev.orcinus.platform.spi.guest.ProgramNeeds;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/** A guest process under Linux, by its services. */
final class ProcessGuest implements IsolatedGuest {
    /** The links of an empty folder: its name, and the dot in it. */
    private static final int FOLDER_LINKS = 2;

    private final NativeGuest guest;
    private final ProgramHost host;
    private final ProgramShape shape;
    private final ProcessMemory memory;
    private final ProcessLibraries libraries;
    private final Preemption preemption;
    private final WaitingInitializers initializers;
    private final ProgramSymbols symbols;
    private final ProcessInvoker invoker;
    private final ProcessExports exports;
    private final ProcessUnwinder unwinder;
    private final LinuxThreadLocals threadLocals;
    private final ProcessDebugger debugger;
    private final ProcessControl process;
    private final ProcessUsage usage;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** Made when it is first needed: the sessions of controllers do without. */
    private TypedCalls calls;

    /**
     * A guest.
     *
     * @param arguments that its process was started with
     * @param shape what its program has from its start
     * @param host of a guest that is a program; else null
     */
    ProcessGuest(NativeGuest guest, List<String> arguments, ProgramShape shape, ProgramHost host)
            throws HostCallException {
        this(
                guest,
                arguments,
                shape,
                host,
                new ProcessUsage(guest::pid, guest::waitingCopies, List::of, guest.births()));
    }

    /**
     * Returns the guest of a session, which knows the libraries that its process has from its
     * keeper.
     *
     * @param arguments that its process was started with
     */
    static ProcessGuest ofSession(KeptGuest kept, List<String> arguments) throws HostCallException {
        ProcessGuest guest =
                new ProcessGuest(
                        kept.guest(), arguments, ProgramShape.OF_SESSIONS, null, kept.usage());
        if (kept.hasRuntimes()) {
            guest.libraries.inherit(kept.libraries());
        } else {
            guest.libraries.expect(kept.libraries());
        }
        return guest;
    }

    private ProcessGuest(
            NativeGuest guest,
            List<String> arguments,
            ProgramShape shape,
            ProgramHost host,
            ProcessUsage usage)
            throws HostCallException {
        this.guest = guest;
        this.usage = usage;
        this.host = host;
        this.shape = shape;
        boolean hasRoom = shape.staticRoomBytes() > 0;
        libraries = new ProcessLibraries(guest, host != null);
        preemption = new Preemption(guest, libraries);
        memory = new ProcessMemory(guest, libraries::clearCache, host != null);
        exports = new ProcessExports(guest, memory);
        initializers = new WaitingInitializers(guest, libraries, exports, preemption);
        symbols = new ProgramSymbols(guest, libraries, memory, initializers, shape.symbols());
        invoker =
                new ProcessInvoker(
                        guest,
                        new ProgramArguments(guest, arguments, hasRoom),
                        initializers,
                        memory::closeDescriptor,
                        host);
        unwinder = new ProcessUnwinder(guest, libraries);
        threadLocals =
                new LinuxThreadLocals(
                        libraries,
                        new ProcessWrittenLibraries(guest, libraries, hasRoom),
                        memory,
                        invoker,
                        guest.processor());
        debugger = new ProcessDebugger(guest, libraries);
        process = new ProcessControl(guest, this::prepareFirstWork);
        if (shape.servesBeforeInitializers()) {
            enterMain();
        }
    }

    /** Lets a process that has libraries of its program go on to its main, without initializers. */
    private void enterMain() throws HostCallException {
        initializers.holdAll();
        try {
            guest.enterMain();
        } catch (HostCallException e) {
            guest.close();
            throw e;
        }
    }

    /** Most sessions register unwind info with their first code, and are noted before it runs. */
    private void prepareFirstWork() throws HostCallException {
        if (host == null && libraries.isOpen()) {
            unwinder.prepare();
            guest.prepareCopies();
        }
    }

    @Override
    public Triple triple() {
        return guest.processor().triple();
    }

    @Override
    public GuestMemory memory() {
        return memory;
    }

    @Override
    public GuestLibraries libraries() {
        return host == null ? libraries : symbols;
    }

    @Override
    public GuestInvoker invoker() {
        return invoker;
    }

    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) throws HostCallException {
        return exports.add(functions);
    }

    @Override
    public GuestUnwinder unwinder() {
        return unwinder;
    }

    @Override
    public GuestThreadLocals threadLocals() {
        return threadLocals;
    }

    @Override
    public GuestDebugger debugger() {
        return debugger;
    }

    @Override
    public GuestProcess process() {
        return process;
    }

    @Override
    public long pid() {
        return guest.pid();
    }

    @Override
    public Optional<GuestEnd> end() {
        return guest.end();
    }

    @Override
    public GuestUsage usage(long exactFrom) {
        return usage.read(exactFrom);
    }

    @Override
    public GuestEnd awaitEnd() {
        return guest.awaitEnd();
    }

    @Override
    public void kill(GuestEnd reason) {
        guest.kill(reason);
    }

    @Override
    public GuestCheckpoint checkpoint() throws HostCallException {
        long changes = guest.threads().changes();
        PausedCopy copy = guest.copy();
        return new ProcessCheckpoint(
                guest,
                copy,
                memory.hold(),
                unwinder,
                List.of(libraries.state(), threadLocals.state(), debugger.state()),
                changes);
    }

    @Override
    public boolean hasThreadsOfItsOwn() {
        return guest.threads().hasOthers(this::countThreads);
    }

    private int countThreads() {
        try {
            Path tasks = Path.of("/proc/" + guest.pid() + "/task");
            return (int) Files.getAttribute(tasks, "unix:nlink") - FOLDER_LINKS;
        } catch (IOException gone) {
            return Integer.MAX_VALUE;
        }
    }

    @Override
    public IsolatedGuest startAgain(ProgramNeeds needs) throws HostCallException {
        if (host == null) {
            throw new UnsupportedOperationException("only a program starts again");
        }
        ProgramShape next =
                new ProgramShape(
                        needs.libraries(),
                        low(needs.lowSymbols()),
                        needs.staticRoomBytes(),
                        needs.hasExecutableStack(),
                        needs.staticRoomBytes() > 0);
        return host.startAgain(this, next);
    }

    /** Returns symbols: those that the program has already, and those of its libraries. */
    private LowSymbols low(List<String> all) throws HostCallException {
        Set<String> known = shape.symbols().names();
        List<String> symbols = all.stream().filter(name -> !known.contains(name)).toList();
        if (symbols.isEmpty()) {
            return shape.symbols();
        }
        List<ExecutorAddress> addresses = libraries.find(libraries.process(), symbols);
        MemoryMaps maps = MemoryMaps.of(Integer.toString(guest.pid()));
        LibrarySymbolFinder finder = new LibrarySymbolFinder(maps);
        for (int i = 0; i < symbols.size(); i++) {
            finder.add(symbols.get(i), addresses.get(i));
        }
        return shape.symbols().and(finder.symbols());
    }

    /**
     * Returns what another process has to know of this one whose libraries may replace functions of
     * the C library; empty if they do not.
     */
    Optional<Predecessor> asPredecessorOf(ProgramShape next) {
        return next.servesBeforeInitializers() ? guest.asPredecessor() : Optional.empty();
    }

    /** Returns its process with a descriptor of its own, if it has not ended. */
    NativeProcess sameProcess() throws HostCallException {
        return guest.sameProcess();
    }

    /** Lets the process of a program that has not started execute a file. */
    void execute(String path) throws HostCallException {
        guest.execute(path);
    }

    @Override
    public Optional<GuestCheckpoint> checkpointIfQuiet(Duration patience) throws HostCallException {
        return new QuietCheckpoint(guest, this::hasThreadsOfItsOwn, this::checkpoint)
                .take(patience);
    }

    @Override
    public void makeReturn(List<AddressRange> code) throws HostCallException {
        replace(code, range -> ReturningCode.of(guest.processor(), range.sizeBytes()));
    }

    @Override
    public void forgetDestructors(List<AddressRange> code) throws HostCallException {
        Map<AddressRange, MemorySegment> contents = new HashMap<>();
        List<AddressRange> gone = new ArrayList<>();
        for (AddressRange range : code) {
            MemorySegment content =
                    MemorySegment.ofArray(new byte[Math.toIntExact(range.sizeBytes())]);
            if (memory.tryRead(range.start(), content)) {
                contents.put(range, content);
            } else {
                gone.add(range);
            }
        }
        List<AddressRange> there = List.copyOf(contents.keySet());
        makeReturn(there);
        try (ReturningPages _ = new ReturningPages(guest, gone)) {
            guest.threads().runDestructors();
        } finally {
            contents.forEach(memory::fillShared);
            replace(there, contents::get);
        }
    }

    private void replace(List<AddressRange> code, Function<AddressRange, MemorySegment> content)
            throws HostCallException {
        publish(code, MemProt.READ_WRITE);
        try {
            for (AddressRange range : code) {
                if (!memory.tryWrite(content.apply(range), range.start())) {
                    throw new HostCallException("process_vm_writev", 0, "code at " + range);
                }
            }
        } finally {
            publish(code, MemProt.READ_EXEC); // also for a copy, if the guest has ended meanwhile
        }
    }

    private void publish(List<AddressRange> code, MemProt prot) throws HostCallException {
        memory.publish(code.stream().map(range -> new Publication(range, prot)).toList());
    }

    @Override
    public synchronized IsolatedCalls calls() {
        if (calls == null) {
            calls = new TypedCalls(guest, memory, exports::add);
        }
        return calls;
    }

    @Override
    public void onCrash(CrashObserver observer) {
        guest.onCrash(observer);
    }

    @Override
    public void onUpcallFailure(Consumer<String> told) {
        guest.exports().tell(told);
    }

    @Override
    public void onEnd(Runnable observer) {
        guest.onEnd(observer);
    }

    @Override
    public List<MappedFile> mappedFiles() {
        return ProcessFiles.of(guest.pid());
    }

    @Override
    public AddressRange ownCode() {
        return guest.ownCode();
    }

    @Override
    public Preemptable preemptable(List<LinkedProgram.Symbol> definitions) {
        return preemption.among(definitions);
    }

    @Override
    public void preempt(List<LinkedProgram.Symbol> definitions) throws HostCallException {
        preemption.bind(definitions);
    }

    @Override
    public Optional<String> introduce(LinkedProgram program) throws HostCallException {
        return new ImageLoader(guest, libraries, memory, initializers, preemption)
                .introduce(program);
    }

    @Override
    public void offer(List<LinkedProgram.Symbol> symbols) throws HostCallException {
        SharedObject offered =
                new SharedObject(guest.processor().elfMachine(), "liborcinus-program.so");
        for (LinkedProgram.Symbol symbol : symbols) {
            offered.exportAddress(
                    symbol.name(),
                    symbol.isFunction(),
                    symbol.address().value(),
                    symbol.sizeBytes());
        }
        new ProcessWrittenLibraries(guest, libraries, false)
                .open("orcinus-symbols", offered.write(), RTLD_NOW | RTLD_GLOBAL);
    }

    @Override
    public void followEnd() {
        host.follow(guest.awaitEnd());
    }

    @Override
    public void close() {
        if (!isClosed.getAndSet(true)) {
            guest.close();
            memory.close();
            debugger.close();
            if (host != null) {
                host.closed();
            }
        }
    }
}
