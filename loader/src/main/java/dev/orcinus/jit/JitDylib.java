package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.InputFiles;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LazyObjects;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.Unit;
import dev.orcinus.loader.object.FileKind;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.Host;
import dev.orcinus.platform.spi.HostCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Objects that see each other's symbols, in the order in which they were added. Objects are linked
 * when somebody asks for what they define; {@link #initialize} links all of them. May be used by
 * many threads.
 */
public final class JitDylib implements AutoCloseable {
    private final Jit jit;
    private final Dylib dylib;
    private final String name;
    private final Arena arena = Arena.ofShared();
    private final Queue<InputFiles> files = new ConcurrentLinkedQueue<>();
    private final Liveness liveness;

    JitDylib(Jit jit, Dylib dylib, String name) {
        this.jit = jit;
        this.dylib = dylib;
        this.name = name;
        this.liveness = new Liveness(name);
    }

    Dylib dylib() {
        return dylib;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * Adds an object file, or an archive, whose objects are added when they are needed.
     *
     * @throws IOException if it cannot be read
     * @throws LinkException if it is no object for this target, or defines what is defined already
     */
    public JitObject add(Path file) throws IOException {
        return add(file, ArchiveMode.AS_NEEDED);
    }

    /**
     * Adds an archive. An object file is added as it is.
     *
     * @param mode what of the archive
     * @throws IOException if it cannot be read
     * @throws LinkException if a member that is added is no object for this target, or defines what
     *     is defined already; no member is added then
     */
    public JitObject add(Path file, ArchiveMode mode) throws IOException {
        liveness.check();
        InputFiles opened = new InputFiles();
        try {
            JitObject added = add(file.toString(), opened.open(file), opened.beside(file), mode);
            files.add(opened);
            return added;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Adds an object, or an archive, whose objects are added when they are needed.
     *
     * @param label its name, for messages
     * @param object the file's bytes; not to be changed until it is linked
     */
    public JitObject add(String label, byte[] object) {
        return add(label, MemorySegment.ofArray(object));
    }

    /**
     * Adds an object, or an archive, whose objects are added when they are needed.
     *
     * @param label its name, for messages
     * @param object the file's bytes; not to be changed until it is linked
     */
    public JitObject add(String label, MemorySegment object) {
        liveness.check();
        return add(label, object, MemberFiles.NONE, ArchiveMode.AS_NEEDED);
    }

    private JitObject add(
            String label, MemorySegment content, MemberFiles members, ArchiveMode mode) {
        LinkSession session = jit.session();
        if (!FileKind.of(content).isArchive()) {
            Unit unit = session.add(dylib, () -> ObjectReader.read(label, content));
            return new JitObject(label, () -> session.removeAll(List.of(unit)));
        }
        ArchiveObjects archive = new ArchiveObjects(label, content, members);
        return switch (mode) {
            case AS_NEEDED -> {
                LazyObjects objects = session.addObjects(dylib, archive);
                yield new JitObject(label, () -> session.remove(objects));
            }
            case WHOLE -> {
                List<Unit> units = session.addAll(dylib, archive.all());
                yield new JitObject(label, () -> session.removeAll(units));
            }
        };
    }

    /**
     * Defines a symbol as a Java method: loaded code that calls it calls {@code target}.
     *
     * @param target must throw nothing; that would end the process
     * @param shape its C type
     * @throws UnsupportedOperationException if code is loaded into another process
     */
    public JitDylib define(String symbol, MethodHandle target, FunctionDescriptor shape) {
        liveness.check();
        Objects.requireNonNull(symbol);
        jit.session().define(dylib, symbol, host().calls().upcall(target, shape, arena));
        return this;
    }

    /** Defines a symbol at an address. */
    public JitDylib define(String symbol, MemorySegment address) {
        liveness.check();
        Objects.requireNonNull(symbol);
        jit.session().define(dylib, symbol, new ExecutorAddress(address.address()));
        return this;
    }

    /** Looks for symbols in {@code other}, too, after those of this dylib. */
    public JitDylib linkAgainst(JitDylib other) {
        liveness.check();
        other.liveness.check();
        if (other.jit != jit) {
            throw new IllegalArgumentException(other.name + " belongs to another Jit");
        }
        jit.session().link(dylib, other.dylib);
        return this;
    }

    /**
     * Asks {@code generator} for symbols that are defined nowhere else: it gets a name and answers
     * an address, or none. It must not use this {@link Jit}.
     */
    public JitDylib addGenerator(Function<String, Optional<MemorySegment>> generator) {
        liveness.check();
        jit.session()
                .addSource(dylib, names -> names.stream().map(n -> ask(generator, n)).toList());
        return this;
    }

    private static ExecutorAddress ask(
            Function<String, Optional<MemorySegment>> generator, String symbol) {
        return generator
                .apply(symbol)
                .map(address -> new ExecutorAddress(address.address()))
                .orElse(ExecutorAddress.NULL);
    }

    /**
     * Looks for symbols in a shared library, too.
     *
     * @param path as {@code dlopen} takes it
     */
    public JitDylib addLibrary(String path) {
        liveness.check();
        ExecutorAddress handle = jit.session().target().open(path);
        jit.session().addSource(dylib, names -> jit.session().target().find(handle, names));
        return this;
    }

    /**
     * Links all objects and runs their initializers: static constructors and the like. Like {@code
     * dlopen} the first time; later it runs what is new, as {@code dlupdate} of ORC's runtime does,
     * and nothing if nothing is. What it costs depends on what is new alone.
     *
     * <p>Dylibs that this one is linked against come first; then by priority, then in the order of
     * adding. All of it is linked before anything runs. Initializers run on this thread, and may
     * use this {@link Jit}; one that calls this for a dylib that is being initialized gets back at
     * once, and what is new is run by the call that came first. If another thread is initializing
     * or closing one of these dylibs, waits until it has.
     *
     * @throws LinkException if something cannot be linked: nothing has run then. Or if an
     *     initializer cannot be run. If this was the first time, dylibs that have been initialized
     *     for this one are closed again then, and what was registered at exit is run; this one's
     *     finalizers are not, and all is new. Later, what has run stays so, and the array that
     *     failed is new, with those after it
     * @throws IllegalStateException if code that runs while this dylib is being closed calls this
     */
    public void initialize() {
        liveness.check();
        jit.session().initialize(dylib);
    }

    /**
     * The reverse of {@link #initialize}, like {@code dlclose}: runs what was registered at exit,
     * the newest first, then finalizers in the reverse order of initializers, then does the same
     * for dylibs that this one is linked against and that no initialized one needs any more. If
     * another dylib that is initialized is linked against this one, it stays initialized as long as
     * that one is.
     *
     * <p>Code and data stay: addresses remain valid, variables keep their values, also those that
     * initializers had set, and thread-locals are destroyed when their threads end, or by {@link
     * #close}. All initializers are new again: the next {@link #initialize} runs all of them in the
     * same order. Does nothing if this dylib is not initialized.
     *
     * @throws LinkException if something cannot be run; everything else has run nevertheless
     * @throws IllegalStateException if an initializer of this dylib calls this
     */
    public void deinitialize() {
        liveness.check();
        jit.session().deinitialize(dylib);
    }

    /** Links all objects, without running anything of theirs. */
    public void link() {
        liveness.check();
        jit.session().linkAll(dylib);
    }

    /** The address of a symbol, as a segment without a size; what defines it is linked. */
    public MemorySegment address(String symbol) {
        return MemorySegment.ofAddress(lookup(symbol).value());
    }

    ExecutorAddress lookup(String symbol) {
        liveness.check();
        return jit.session().lookup(dylib, List.of(symbol)).get(symbol);
    }

    /**
     * A handle that calls a function, which is linked first. The handle throws {@link
     * IllegalStateException} once the object that defines the function has been removed, with its
     * dylib at the latest; that of a function from outside, once this dylib is closed.
     *
     * @param shape the function's C type
     * @throws UnsupportedOperationException if code is loaded into another process
     */
    public MethodHandle function(String symbol, FunctionDescriptor shape, Linker.Option... options) {
        HostCalls calls = host().calls();
        liveness.check();
        LinkSession.Found found = jit.session().find(dylib, symbol);
        MemorySegment address = calls.symbol(found.address());
        MethodHandle call =
                MethodHandles.insertArguments(calls.downcall(shape, options), 0, address);
        return MethodHandles.foldArguments(
                call, found.unit().map(Liveness::handle).orElseGet(liveness::handle));
    }

    /**
     * Calls {@code int main(int argc, char **argv)}, or another function of that shape, on a thread
     * with a big stack.
     *
     * @param arguments all of them, the program's name first
     * @return its result
     */
    public int run(String entry, List<String> arguments) {
        return jit.session().target().callMain(lookup(entry), arguments);
    }

    void runAllFinalizers() {
        jit.session().runAllFinalizers();
    }

    private Host host() {
        Host host = jit.host();
        if (host == null) {
            throw new UnsupportedOperationException("code of another process cannot be called");
        }
        return host;
    }

    /**
     * Runs the destructors of thread-locals that the ends of their threads have not run yet, of all
     * threads, on this one; a thread that is running some is waited for. Then does what {@link
     * #deinitialize} does, whoever needs this dylib, and gives everything back. No thread may be
     * inside of loaded code.
     *
     * @throws IllegalStateException if an initializer or finalizer of this dylib calls this
     */
    @Override
    public void close() {
        jit.session().requireClosable(dylib);
        if (liveness.end()) {
            jit.forget(this);
            try {
                jit.session().close(dylib);
            } finally {
                files.forEach(InputFiles::close);
                arena.close();
            }
        }
    }
}
