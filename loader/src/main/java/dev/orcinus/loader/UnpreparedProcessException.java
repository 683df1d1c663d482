package dev.orcinus.loader;

import java.util.List;

/**
 * Code needs something of its process that only the start of the process can give: room for static
 * thread-local storage, executable stacks, or libraries that take the place of others. A program
 * that has not started yet can start again with it ({@code ProgramJit.startAgain}).
 *
 * <pre>{@code
 * ProgramJit jit = Jit.program(List.of("greet", "Orcinus"));
 * ProgramDylib program = jit.createDylib("greet");
 * program.add(Path.of("greet.o"));
 * try {
 *     program.link();
 * } catch (UnpreparedProcessException e) {
 *     jit = jit.startAgain(e).orElseThrow(() -> e);       // objects have to be added again
 * }
 * }</pre>
 */
public final class UnpreparedProcessException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final long staticRoomBytes;
    private final boolean needsExecutableStack;
    private final transient List<String> libraries;

    /**
     * Makes an exception.
     *
     * @param message what refers to what is not there
     * @param staticRoomBytes the room for static thread-local storage that is needed
     * @param needsExecutableStack whether the stacks have to be executable
     * @param cause the refusal, or null
     */
    public UnpreparedProcessException(
            String message, long staticRoomBytes, boolean needsExecutableStack, Throwable cause) {
        super(message, cause);
        this.staticRoomBytes = staticRoomBytes;
        this.needsExecutableStack = needsExecutableStack;
        this.libraries = List.of();
    }

    /**
     * Makes an exception for libraries that the process has to start with.
     *
     * @param message which of them, and why
     * @param libraries all libraries that it has to start with, in their order
     * @param cause the refusal, or null
     */
    public UnpreparedProcessException(String message, List<String> libraries, Throwable cause) {
        super(message, cause);
        this.staticRoomBytes = 0;
        this.needsExecutableStack = false;
        this.libraries = List.copyOf(libraries);
    }

    /** Returns the room for static thread-local storage that is needed; 0 if that is no problem. */
    public long staticRoomBytes() {
        return staticRoomBytes;
    }

    /** Returns the libraries with which the process has to start; none if that is no problem. */
    public List<String> libraries() {
        return libraries;
    }

    /** Returns whether the stacks have to be executable. */
    public boolean needsExecutableStack() {
        return needsExecutableStack;
    }
}
