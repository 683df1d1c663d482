package dev.orcinus.jit;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.InputFiles;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LazyObjects;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.Unit;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Objects that see each other's symbols, in the order in which they were added. May be used by many
 * threads.
 *
 * <p>The first one who asks for a function or a variable of its objects opens it, as {@code dlopen}
 * opens a library: all its objects are linked, and their initializers run, on the thread that asks.
 * Who asks later has the initializers of objects run that have been added since. So nobody gets
 * code whose constructors have not run. {@link #initialize} does the same at a time that the caller
 * chooses. After {@link #deinitialize} nothing runs by itself until {@link #initialize} is called.
 * Symbols that no object defines, such as those of the C library, open nothing.
 */
public abstract sealed class JitDylib implements AutoCloseable permits InProcessDylib, RemoteDylib {
    private final Jit jit;
    private final Dylib dylib;
    private final String name;
    private final Queue<InputFiles> files = new ConcurrentLinkedQueue<>();
    private volatile boolean opensByItself = true;

    /** Held by the thread that closes; others that close wait until it has. */
    private final ReentrantLock closing = new ReentrantLock();

    JitDylib(Jit jit, Dylib dylib, String name) {
        this.jit = jit;
        this.dylib = dylib;
        this.name = name;
    }

    final Dylib dylib() {
        return dylib;
    }

    final LinkSession session() {
        return jit.session();
    }

    /** Its name. */
    public final String name() {
        return name;
    }

    /**
     * Adds an object file, or an archive, whose objects are added when they are needed.
     *
     * @throws IOException if it cannot be read
     * @throws LinkException if it is no object for this target, or defines what is defined already
     */
    public final JitObject add(Path file) throws IOException {
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
    public final JitObject add(Path file, ArchiveMode mode) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(mode, "mode");
        requireOpen();
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
    public final JitObject add(String label, byte[] object) {
        return add(label, MemorySegment.ofArray(Objects.requireNonNull(object, "object")));
    }

    /**
     * Adds an object, or an archive, whose objects are added when they are needed.
     *
     * @param label its name, for messages
     * @param object the file's bytes; not to be changed until it is linked
     */
    public final JitObject add(String label, MemorySegment object) {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(object, "object");
        requireOpen();
        return add(label, object, MemberFiles.NONE, ArchiveMode.AS_NEEDED);
    }

    private JitObject add(
            String label, MemorySegment content, MemberFiles members, ArchiveMode mode) {
        LinkSession session = session();
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
     * Looks for symbols in {@code other}, too, after those of this dylib.
     *
     * @throws IllegalArgumentException if it belongs to another {@link Jit}
     */
    public JitDylib linkAgainst(JitDylib other) {
        Objects.requireNonNull(other, "other");
        requireOpen();
        other.requireOpen();
        if (other.jit != jit) {
            throw new IllegalArgumentException(other.name + " belongs to another Jit");
        }
        session().link(dylib, other.dylib);
        return this;
    }

    /**
     * Looks for symbols in a shared library, too.
     *
     * @param path as {@code dlopen} takes it
     */
    public JitDylib addLibrary(String path) {
        Objects.requireNonNull(path, "path");
        requireOpen();
        LinkSession session = session();
        ExecutorAddress handle = session.target().open(path);
        session.addSource(dylib, names -> session.target().find(handle, names));
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
    public final void initialize() {
        requireOpen();
        opensByItself = true;
        session().initialize(dylib);
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
     * same order, and until then none runs, whatever is asked for. Runs nothing if this dylib is
     * not initialized.
     *
     * @throws LinkException if something cannot be run; everything else has run nevertheless
     * @throws IllegalStateException if an initializer of this dylib calls this
     */
    public final void deinitialize() {
        requireOpen();
        session().deinitialize(dylib);
        opensByItself = false;
    }

    /** Links all objects, without running anything of theirs. */
    public final void link() {
        requireOpen();
        session().linkAll(dylib);
    }

    /**
     * Calls {@code int main(int argc, char **argv)}, or another function of that shape, on a thread
     * with a big stack; opens this dylib first.
     *
     * @param arguments all of them, the program's name first
     * @return its result
     */
    public final int run(String entry, List<String> arguments) {
        Objects.requireNonNull(entry, "entry");
        List<String> argv = List.copyOf(Objects.requireNonNull(arguments, "arguments"));
        LinkSession.Found function = open(entry);
        try (FunctionGate.Call _ = lifetime(function).gate(entry).call()) {
            return session().target().callMain(function.address(), argv);
        }
    }

    /** Opens this dylib if an object defines a symbol, and finds the symbol. */
    final LinkSession.Found open(String symbol) {
        openFor(symbol);
        return session().find(dylib, symbol);
    }

    /** Code that runs because this dylib is opened or closed asks without opening it. */
    final void openFor(String symbol) {
        requireOpen();
        if (opensByItself
                && session().isOfObject(dylib, symbol)
                && !session().isAtWorkHere(dylib)) {
            session().initialize(dylib);
        }
    }

    /** How long a symbol stays where it is. */
    final Lifetime lifetime(LinkSession.Found found) {
        return found.lifetime().orElseGet(dylib::lifetime);
    }

    final void requireOpen() {
        dylib.lifetime().requireGoingOn();
    }

    /**
     * Runs the destructors of thread-locals that the ends of their threads have not run yet, of all
     * threads, on this one; a thread that is running some is waited for. Then does what {@link
     * #deinitialize} does, whoever needs this dylib, and gives everything back: handles of its
     * functions throw from now on, and its memory segments are not alive. Does nothing the second
     * time.
     *
     * <p>Threads that loaded code has started itself must have left it: nobody knows of them.
     *
     * @throws IllegalStateException if a call of one of its functions has not returned, on whatever
     *     thread, or a call of code that refers to it: it names the function, and everything can be
     *     used as before. The same if an initializer or finalizer of this dylib calls this. Or if a
     *     native call is using a memory segment of this dylib: then its finalizers have run, and
     *     this can be called again
     */
    @Override
    public final void close() {
        session().requireClosable(dylib);
        if (closing.isHeldByCurrentThread()) {
            return; // an at-exit function that this runs has called it
        }
        closing.lock();
        try {
            closeOnce();
        } finally {
            closing.unlock();
        }
    }

    private void closeOnce() {
        if (session().isClosed(dylib)) {
            return;
        }
        try {
            session().close(dylib);
        } finally {
            if (session().isClosed(dylib)) {
                jit.forget(this);
                files.forEach(InputFiles::close);
            }
        }
    }
}
