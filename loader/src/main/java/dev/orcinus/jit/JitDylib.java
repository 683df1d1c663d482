package dev.orcinus.jit;

import dev.orcinus.formats.FileKind;
import dev.orcinus.loader.CompilationException;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.InputFiles;
import dev.orcinus.loader.input.MemberFiles;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.input.UniversalFiles;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LazyObjects;
import dev.orcinus.loader.link.LibrarySymbols;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.SessionFormat;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.link.Unit;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A set of objects that see each other's symbols. The order in which they were added decides which
 * of several weak definitions counts, and which of several initializers of one priority runs first.
 * Symbols are named as C does, also those of objects whose format spells C names differently, such
 * as Mach-O's underscore. Several threads may use a dylib at the same time. After {@link #close},
 * all methods but {@link #name} and {@code close} throw {@link IllegalStateException}.
 *
 * <p>The first request for a function or a variable of its objects opens a dylib, as {@code dlopen}
 * opens a library: all its objects are linked, and their initializers run, during the request. A
 * later request runs the initializers of objects that have been added in the meantime. So no caller
 * gets code whose constructors have not run. {@link #initialize} does the same at a time that the
 * caller chooses. After {@link #deinitialize}, requests run no initializers until {@link
 * #initialize} is called. A request for a symbol that no object defines, such as a symbol of the C
 * library, does not open the dylib.
 *
 * <p>Compilers refer to some functions and variables unasked, such as {@code __cpu_model}. If
 * symbols are missing, and GCC's archive of them ({@code libgcc.a}) is installed and has all that
 * are missing, it is added, as by {@link #add(Path)}.
 *
 * <p>Where code refers to the bounds of a section ({@code __start_X} and {@code __stop_X} in ELF),
 * the parts of that section from all objects lie side by side. An object with such a section that
 * is added after that code has been linked is refused when it is linked, because the code knows the
 * section's end; it can be added to another dylib. Bounds of the whole program ({@code end}, {@code
 * etext}) are those of the objects that are linked together, as they do not include a library that
 * is loaded later. Objects between such bounds are removed together, with the dylib.
 *
 * <pre>{@code
 * JitDylib dylib = jit.createDylib("tools");
 * dylib.add(Path.of("main.o"));
 * dylib.add(Path.of("libutil.a"));                  // members that are needed
 * int status = dylib.run("main", List.of("tool", "--version"));
 * }</pre>
 */
public abstract sealed class JitDylib implements AutoCloseable
        permits CallableDylib, ProgramDylib, RemoteDylib {
    private final Jit jit;
    private final LinkSession session;
    private final Dylib dylib;
    private final String name;
    private final Queue<InputFiles> files = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> releases = new ConcurrentLinkedQueue<>();
    private volatile boolean opensByItself = true;

    /** The thread that closes this dylib holds it; other threads that call close wait for it. */
    private final ReentrantLock closing = new ReentrantLock();

    JitDylib(Jit jit, Dylib dylib, String name) {
        this.jit = jit;
        this.session = jit.session();
        this.dylib = dylib;
        this.name = name;
    }

    final Dylib dylib() {
        return dylib;
    }

    final LinkSession session() {
        return session;
    }

    /** Returns the name that was given to {@link Jit#createDylib}. */
    public final String name() {
        return name;
    }

    /**
     * Adds an object file, or an archive, whose objects are added when they are needed.
     *
     * @throws IOException if the file cannot be read
     * @throws LinkException if the file is not an object for this target, if it has another format
     *     than the first object of the {@link Jit}, or if it defines a symbol that is already
     *     defined
     */
    public final JitObject add(Path file) throws IOException {
        return add(file, ArchiveMode.AS_NEEDED);
    }

    /**
     * Adds an archive, or an object file, for which the mode means nothing.
     *
     * @param mode which objects of the archive are added
     * @throws IOException if the file cannot be read
     * @throws LinkException if an object is not for this target, or if it defines a symbol that is
     *     already defined; nothing is added then
     */
    public final JitObject add(Path file, ArchiveMode mode) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(mode, "mode");
        requireOpen();
        InputFiles opened = newFiles();
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
     * @param label the object's name, for messages
     * @param object the file's bytes, which must not change until the object is linked
     * @throws LinkException as {@link #add(Path)} does
     */
    public final JitObject add(String label, byte[] object) {
        return add(label, MemorySegment.ofArray(Objects.requireNonNull(object, "object")));
    }

    /**
     * Adds an object, or an archive, whose objects are added when they are needed.
     *
     * @param label the object's name, for messages
     * @param object the file's bytes, which must not change until the object is linked
     * @throws LinkException as {@link #add(Path)} does
     */
    public final JitObject add(String label, MemorySegment object) {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(object, "object");
        requireOpen();
        return add(label, object, MemberFiles.none(), ArchiveMode.AS_NEEDED);
    }

    /**
     * Compiles a text with the machine's compiler, and adds the object. What was compiled before is
     * taken from a cache.
     *
     * <pre>{@code
     * dylib.compile("c", """
     *         double square(double x) { return x * x; }
     *         """);
     * }</pre>
     *
     * @param language as compilers name it: {@code c}, {@code c++}, {@code assembler}
     * @param source the text
     * @param options of the compiler, such as {@code -I/folder}, {@code -DNAME=value} and {@code
     *     -O3}; {@code -O2 -fPIC} come before them
     * @return the object
     * @throws CompilationException if the compiler refuses the text, or there is no compiler
     * @throws IllegalStateException if {@code orcinus-compile} is not there
     * @throws LinkException as {@link #add(Path)} does
     */
    public final JitObject compile(String language, String source, String... options) {
        Objects.requireNonNull(language, "language");
        Objects.requireNonNull(source, "source");
        return compile(SourceCompiler.Source.of(language, source, Lists.copy(options, "options")));
    }

    /**
     * Compiles a file with the machine's compiler, and adds the object.
     *
     * <pre>{@code dylib.compile(Path.of("numerics.cpp"), "-std=c++20", "-g");}</pre>
     *
     * @param file the file, whose name says the language
     * @param options of the compiler
     * @return the object
     * @throws CompilationException if the compiler refuses the file, or there is no compiler
     * @throws IllegalStateException if {@code orcinus-compile} is not there
     * @throws LinkException as {@link #add(Path)} does
     */
    public final JitObject compile(Path file, String... options) {
        Objects.requireNonNull(file, "file");
        return compile(SourceCompiler.Source.of(file, Lists.copy(options, "options")));
    }

    private JitObject compile(SourceCompiler.Source source) {
        requireOpen();
        prepareCalls();
        SourceCompiler compiler =
                ServiceLoader.load(SourceCompiler.class)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "no compiler is known: add the artifact"
                                                        + " dev.orcinus:orcinus-compile"));
        return add(source.name(), compiler.compile(source));
    }

    /** Something will be called soon: what all calls need may be made meanwhile. */
    void prepareCalls() {
        // calls of this kind of dylib need nothing
    }

    /**
     * Adds machine code as a function. It may be at any address, so it refers to nothing but
     * itself.
     *
     * <pre>{@code
     * dylib.define("twice", new byte[] {(byte) 0x8d, 0x04, 0x3f, (byte) 0xc3}); // lea eax, [rdi+rdi]; ret
     * }</pre>
     *
     * @param symbol the function's name
     * @param code instructions of the target's processor
     * @return the object, which removes the function when it is closed
     * @throws IllegalArgumentException if there is no code
     * @throws LinkException if the symbol is defined already, or if this {@link Jit} links Mach-O
     *     objects
     */
    public final JitObject define(String symbol, byte[] code) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(code, "code");
        requireOpen();
        if (code.length == 0) {
            throw new IllegalArgumentException("no code for " + symbol);
        }
        return add(symbol, MachineCode.object(session().target().triple(), symbol, code));
    }

    /**
     * Returns the symbols that the objects of this dylib define for others, in the order of the
     * objects. Members of archives count once they have been added.
     *
     * <pre>{@code
     * dylib.symbols().forEach(s -> System.out.println(s.kind() + " " + s.name() + " " + s.sizeBytes()));
     * }</pre>
     */
    public final List<LoadedSymbol> symbols() {
        requireOpen();
        return session().symbols(dylib).stream().map(LoadedSymbol::of).toList();
    }

    private JitObject add(String label, MemorySegment file, MemberFiles members, ArchiveMode mode) {
        LinkSession session = session();
        MemorySegment content = UniversalFiles.slice(label, file, session.target().triple());
        if (!FileKind.of(content).isArchive()) {
            Unit unit = session.add(dylib, () -> ObjectReader.read(label, content, members));
            AtomicReference<Unit> current = new AtomicReference<>(unit);
            return new JitObject(label, current, () -> session.removeAll(List.of(current.get())));
        }
        ArchiveObjects archive = new ArchiveObjects(label, content, members);
        archive.format().ifPresent(format -> session.format().admit(label, format));
        return switch (mode) {
            case AS_NEEDED -> {
                LazyObjects objects = session.addObjects(dylib, archive);
                yield new JitObject(label, List.of(), () -> session.remove(objects));
            }
            case WHOLE -> {
                List<Unit> units = session.addAll(dylib, archive.all());
                yield new JitObject(label, List.of(), () -> session.removeAll(units));
            }
        };
    }

    /**
     * Makes this dylib also look for symbols in {@code other}, after it has looked in its own
     * objects.
     *
     * @throws IllegalArgumentException if {@code other} belongs to another {@link Jit}
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
     * Makes this dylib also look for symbols in a shared library, before those that the process has
     * anyway. Inline functions and variables of C++ that the library exports are taken from there
     * by objects that are linked later, so that both have the same instance.
     *
     * @param path the library's path or name, as {@code dlopen} takes it
     * @throws LinkException if the library cannot be opened
     */
    public JitDylib addLibrary(String path) {
        Objects.requireNonNull(path, "path");
        requireOpen();
        LinkSession session = session();
        session.addLibrary(dylib, session.format().asking(openLibrary(path)));
        return this;
    }

    /** Opens a shared library, or prepares to open it. */
    SymbolSource openLibrary(String path) {
        LinkTarget target = session().target();
        return new LibrarySymbols(target, target.open(path));
    }

    /**
     * Makes references to a symbol, in objects that are linked later, refer to another one, as ld's
     * {@code --defsym SYMBOL=OTHER} does. Definitions of the symbol stay as they are.
     */
    public JitDylib redirect(String symbol, String other) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(other, "other");
        requireOpen();
        SessionFormat format = session().format();
        dylib.rules().rename(format.symbolOf(symbol), format.symbolOf(other));
        return this;
    }

    /**
     * Defines a symbol whose address is a number that means something to the program, as ld's
     * {@code --defsym SYMBOL=NUMBER} does.
     *
     * @throws dev.orcinus.loader.DuplicateDefinitionException if this dylib defines the symbol
     *     already
     */
    public JitDylib defineNumber(String symbol, long number) {
        Objects.requireNonNull(symbol, "symbol");
        requireOpen();
        session().define(dylib, session().format().symbolOf(symbol), new ExecutorAddress(number));
        return this;
    }

    /**
     * Adds the object of an archive that defines a symbol when this dylib is linked, as ld's {@code
     * -u SYMBOL} does. If there is none, nothing is added.
     */
    public JitDylib want(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        requireOpen();
        dylib.rules().want(session().format().symbolOf(symbol));
        return this;
    }

    /** Adds a rule for objects that are added or linked later. */
    public JitDylib apply(LinkRule rule) {
        Objects.requireNonNull(rule, "rule");
        requireOpen();
        rule.apply(dylib.rules());
        return this;
    }

    /**
     * Links all objects and runs their initializers, such as static constructors. The first call
     * does what {@code dlopen} does. A later call runs only the initializers that are new, as
     * {@code dlupdate} of ORC's runtime does; its cost depends only on these.
     *
     * <p>The dylibs that this one is linked against are initialized first. Within a dylib,
     * initializers run by priority, then in the order in which their objects were added. Everything
     * is linked before an initializer runs. Initializers in this process run on the calling thread
     * and may use this {@link Jit}. If an initializer calls this method for a dylib that is being
     * initialized, the inner call returns at once, and the outer call runs the new initializers. If
     * another thread is initializing or closing one of these dylibs, this method waits for it.
     *
     * @throws LinkException if an object cannot be linked: no initializer has run then. Also if an
     *     initializer cannot be run, or if a Java method that it calls throws something, which is
     *     the cause then. If this was the first call, the dylibs that were initialized for this one
     *     are then closed again, functions that were registered at exit run, this dylib's
     *     finalizers do not run, and all its initializers are new again. In a later call,
     *     initializers that have run stay so; the array that failed and those after it are new
     *     again
     * @throws IllegalStateException if code that runs while this dylib is being closed calls this
     */
    public final void initialize() {
        requireOpen();
        opensByItself = true;
        session().initialize(dylib);
    }

    /** Returns whether this dylib gets what compilers refer to unasked, if it is missing. */
    boolean takesCompilerArchive() {
        return true;
    }

    /**
     * Reverses {@link #initialize}, as {@code dlclose} does. It runs the functions that were
     * registered at exit, the newest first, then the finalizers in the reverse order of the
     * initializers. Then it does the same for each dylib that this one is linked against, if no
     * initialized dylib needs it any more. If another initialized dylib is linked against this one,
     * this one stays initialized as long as the other is.
     *
     * <p>Code and data stay: addresses remain valid, and variables keep their values, also those
     * that initializers have set. Thread-locals are destroyed when their threads end, or by {@link
     * #close}. All initializers are new again: the next {@link #initialize} runs all of them in the
     * same order, and until then none runs. If this dylib is not initialized, nothing runs.
     *
     * @throws LinkException if a function cannot be run, or if a Java method that it calls throws
     *     something, which is the cause then; all others have run nevertheless
     * @throws IllegalStateException if an initializer of this dylib calls this
     */
    public final void deinitialize() {
        requireOpen();
        session().deinitialize(dylib);
        opensByItself = false;
    }

    /**
     * Links all objects, but runs none of their initializers.
     *
     * @throws LinkException if an object cannot be linked
     */
    public final void link() {
        requireOpen();
        session().linkAll(dylib);
    }

    /**
     * Calls {@code int main(int argc, char **argv, char **envp)}, or another function of that
     * shape. Opens this dylib first; in this process, initializers get the same arguments, which
     * stay in memory until the process ends. In this process the function runs on a thread of its
     * own, with a stack of 8 MiB.
     *
     * @param entry the function's symbol
     * @param arguments all arguments, the program's name first
     * @return the function's result
     * @throws LinkException if it cannot be linked, initialized or called, or if a Java method that
     *     it calls throws something, which is the cause then; the function has returned
     */
    public final int run(String entry, List<String> arguments) {
        Objects.requireNonNull(entry, "entry");
        List<String> argv = Lists.copy(arguments, "arguments");
        session().target().setArguments(argv);
        openFor(entry);
        try (BegunCall main = begin(entry)) {
            return session().target().callMain(main.address(), argv);
        }
    }

    /**
     * A call that has begun, so that its function stays.
     *
     * @param address of the function
     * @param inside ends with it
     */
    record BegunCall(ExecutorAddress address, FunctionGate.Call inside) implements AutoCloseable {
        @Override
        public void close() {
            inside.close();
        }
    }

    /**
     * Begins a call of a function. No object gives way to another one between the look for the
     * function and the beginning.
     */
    final BegunCall begin(String symbol) {
        return whileAllStays(
                () -> {
                    LinkSession.Found function =
                            session().find(dylib, session().format().symbolOf(symbol));
                    FunctionGate.Call inside = lifetime(function).gate(symbol).call();
                    return new BegunCall(function.address(), inside);
                });
    }

    /** Takes a step while no object gives way to another one. */
    <T> T whileAllStays(Supplier<T> step) {
        return step.get();
    }

    /** Opens this dylib if an object defines the symbol, and returns the symbol's place. */
    final LinkSession.Found open(String symbol) {
        openFor(symbol);
        return session().find(dylib, session().format().symbolOf(symbol));
    }

    /**
     * Opens this dylib if an object defines the symbol. Code that runs because this dylib is being
     * opened or closed does not open it.
     */
    final void openFor(String symbol) {
        requireOpen();
        if (opensByItself
                && session().isOfObject(dylib, session().format().symbolOf(symbol))
                && !session().isAtWorkHere(dylib)) {
            session().initialize(dylib);
        }
    }

    /**
     * Returns the lifetime of the object that defines a symbol, or of this dylib if no object does.
     */
    final Lifetime lifetime(LinkSession.Found found) {
        return found.lifetime().orElseGet(dylib::lifetime);
    }

    final void requireOpen() {
        dylib.lifetime().requireGoingOn();
    }

    /**
     * Closes this dylib and removes its objects. First the destructors of thread-locals run, for
     * all threads that have not run them yet; if a thread is running some, this method waits for
     * it. Then it does what {@link #deinitialize} does, even if other dylibs need this one, and
     * frees all memory. Afterwards the handles of its functions throw, and its memory segments are
     * not alive. A second call does nothing.
     *
     * <p>If loaded code has started threads of its own, they must not run code of this dylib any
     * more: this method cannot check that.
     *
     * @throws IllegalStateException if a call of one of its functions, or a call of code that
     *     refers to it, has not returned on some thread: the message names the function, and
     *     everything can be used as before. The same if an initializer or finalizer of code that
     *     refers to it has not returned. Also if an initializer or finalizer of this dylib calls
     *     this method. Also if a native call is using a memory segment of this dylib: its
     *     finalizers have run then, and this method can be called again
     * @throws LinkException if a function cannot be run or a resource cannot be freed, or if a Java
     *     method that a function calls throws something, which is the cause then; the dylib is
     *     closed nevertheless
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
                releaseFiles();
            }
        }
    }

    /** Has something freed when this dylib needs the files of its objects no more. */
    final void keepUntilEnd(Runnable release) {
        releases.add(release);
    }

    /** Returns a set of files from which objects will be added. */
    InputFiles newFiles() {
        return new InputFiles();
    }

    /** Returns the files from which objects have been added. */
    final Collection<InputFiles> files() {
        return files;
    }

    /** Unmaps the files from which objects have been added. */
    final void releaseFiles() {
        files.forEach(InputFiles::close);
        releases.forEach(Runnable::run);
        releases.clear();
    }
}
