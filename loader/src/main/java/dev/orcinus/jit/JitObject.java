package dev.orcinus.jit;

import dev.orcinus.loader.link.Unit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An object in a dylib, or an archive with those of its objects that have been added. It need not
 * be closed, because closing its dylib removes it.
 *
 * <pre>{@code
 * try (JitObject object = dylib.add(Path.of("plugin.o"))) {
 *     dylib.bind(Plugin.class).run();
 * }                                                  // the object is removed, the dylib stays
 * }</pre>
 */
public final class JitObject implements AutoCloseable {
    private final String name;
    private final List<String> libraries;
    private final Runnable removal;
    private final AtomicReference<Unit> unit;

    /**
     * Makes an object.
     *
     * @param libraries the libraries that it asks its linker for
     * @param removal removes the object; a second run does nothing
     */
    JitObject(String name, List<String> libraries, Runnable removal) {
        this.name = name;
        this.libraries = List.copyOf(libraries);
        this.removal = removal;
        this.unit = null;
    }

    /**
     * Makes an object that can be replaced.
     *
     * @param unit the object as the linker has it
     * @param removal removes it; a second run does nothing
     */
    JitObject(String name, AtomicReference<Unit> unit, Runnable removal) {
        this.name = name;
        this.libraries = unit.get().libraries();
        this.removal = removal;
        this.unit = unit;
    }

    /** Returns the object as the linker has it; empty for an archive. */
    Optional<AtomicReference<Unit>> unit() {
        return Optional.ofNullable(unit);
    }

    /** Returns the name under which it was added: a file's path or a label. */
    public String name() {
        return name;
    }

    /**
     * Returns the libraries that the object asks its linker for, as {@code -l} names them; Mach-O
     * objects have such requests. Nothing is opened because of them: {@link JitDylib#addLibrary}
     * does that. They may be missing, if nothing of them is needed. The list is empty for an
     * archive.
     */
    public List<String> libraries() {
        return libraries;
    }

    /**
     * Runs this object's finalizers, if its dylib is initialized, and removes it. Afterwards its
     * symbols are not defined any more, the handles of its functions throw, its memory segments are
     * not alive, and its memory is free. Other loaded code that refers to it must not be called any
     * more. If other objects that are not linked yet have weak, common or COMDAT definitions that
     * gave way to this object's, these count again. A second call does nothing.
     *
     * @throws IllegalStateException if a call of one of its functions, or a call of code that
     *     refers to it, has not returned on some thread: the message names the function, and
     *     everything can be used as before. The same if an initializer or finalizer of code that
     *     refers to it has not returned. Also if the object may have registered functions to be
     *     called at exit, or destructors of thread-locals, which only its dylib can run. Also if
     *     linked code refers to a definition of this object to which others gave way. Also if a
     *     native call is using a memory segment of this object: its finalizers have run then, and
     *     this method can be called again
     * @throws dev.orcinus.loader.LinkException if a finalizer cannot be run or memory cannot be
     *     freed; the object is removed nevertheless
     */
    @Override
    public void close() {
        removal.run();
    }
}
