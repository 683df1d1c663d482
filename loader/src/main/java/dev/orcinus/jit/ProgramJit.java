package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnpreparedProcessException;
import dev.orcinus.loader.UnreachableSymbolsException;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.platform.spi.guest.Preemptable;
import dev.orcinus.platform.spi.guest.ProgramNeeds;
import dev.orcinus.platform.spi.host.HeldFile;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link Jit} that loads a program into a native process of its own, which has no JVM. The
 * process has the standard streams, the terminal and the process group of this one, and ends with
 * it. {@link Jit#program} makes one.
 *
 * <pre>{@code
 * try (ProgramJit jit = Jit.program(List.of("greet", "Orcinus"))) {
 *     ProgramDylib program = jit.createDylib("greet");
 *     program.add(Path.of("greet.o"));
 *     throw program.becomeProgram("main");           // ends this process as the program ends
 * }
 * }</pre>
 */
public final class ProgramJit extends Jit {
    private final IsolatedGuest guest;
    private final LocalTarget target;
    private final List<String> arguments;

    private final ProgramNeeds provided;
    private final HostProcess process;

    private ProgramJit(
            HostProcess process,
            IsolatedGuest guest,
            List<String> arguments,
            ProgramNeeds provided) {
        this(process, guest, new LocalTarget(guest, provided), arguments, provided);
    }

    private ProgramJit(
            HostProcess process,
            IsolatedGuest guest,
            LocalTarget target,
            List<String> arguments,
            ProgramNeeds provided) {
        super(target);
        this.process = process;
        this.guest = guest;
        this.target = target;
        this.arguments = arguments;
        this.provided = provided;
        target.hideCode();
    }

    static ProgramJit open(List<String> arguments) {
        try {
            GuestOptions options = GuestOptions.ofProgram(arguments);
            Host host = HostProvider.current();
            IsolatedGuest guest = host.startGuest(options);
            return new ProgramJit(host.process(), guest, options.arguments(), ProgramNeeds.NONE);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Starts the process again, if a program could not be linked because only the start of the
     * process gives what it needs: symbols of libraries where code without PIC reaches them, as a
     * static linker arranges it (copy relocations, and addresses of functions in the program); room
     * for thread-locals of the models initial-exec and local-exec; executable stacks; libraries
     * that are loaded before the C library, or with much static thread-local storage. If so, this
     * object is closed, and all objects and libraries have to be added to the new one.
     *
     * @param failure thrown when the program was linked
     * @return the new object; empty if the failure has another reason
     * @throws TargetException if the process cannot have it
     */
    public Optional<ProgramJit> startAgain(LinkException failure) {
        ProgramNeeds needs = needs(failure);
        if (provided.covers(needs)) {
            return Optional.empty();
        }
        return Optional.of(startAgain(provided.and(needs), failure));
    }

    /**
     * Starts the process again, because a program that was known ({@link KnownProgram}) could not
     * be linked as it was before. This object is closed.
     *
     * @param failure thrown when the program was linked
     * @return the new object, to which all objects and libraries have to be added
     * @throws TargetException if the process cannot start again
     */
    public ProgramJit startAnew(LinkException failure) {
        return startAgain(provided, Objects.requireNonNull(failure, "failure"));
    }

    private ProgramJit startAgain(ProgramNeeds needs, LinkException failure) {
        try {
            ProgramJit next = new ProgramJit(process, guest.startAgain(needs), arguments, needs);
            releaseFiles();
            return next;
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage() + "; " + failure.getMessage(), e);
        }
    }

    private static ProgramNeeds needs(LinkException failure) {
        if (failure instanceof UnreachableSymbolsException unreachable) {
            List<String> symbols = List.copyOf(unreachable.requesters().keySet());
            return new ProgramNeeds(List.of(), symbols, 0, false);
        }
        if (failure instanceof UnpreparedProcessException unprepared) {
            return new ProgramNeeds(
                    unprepared.libraries(),
                    List.of(),
                    unprepared.staticRoomBytes(),
                    unprepared.needsExecutableStack());
        }
        return ProgramNeeds.NONE;
    }

    @Override
    public ProgramDylib createDylib(String name) {
        return register(name, dylib -> new ProgramDylib(this, dylib, name));
    }

    /** Holds a file of the program while it is read; empty if the system cannot do that. */
    Optional<HeldFile> hold(Path file) {
        return process.hold(file);
    }

    /** Returns what is in a part of the process's memory. */
    MemorySegment read(AddressRange range) {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(range.sizeBytes())]);
        if (!guest.memory().tryRead(range.start(), copy)) {
            throw new TargetException("nothing is readable at " + range, null);
        }
        return copy;
    }

    /** Returns those definitions that take the place of those of libraries. */
    Preemptable preemptable(List<LinkedProgram.Symbol> definitions) {
        return guest.preemptable(definitions);
    }

    /** Binds libraries to definitions of the program, which may run from then on. */
    void preempt(List<LinkedProgram.Symbol> definitions) {
        try {
            guest.preempt(definitions);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /** Introduces a program to the dynamic linker, and returns why not; empty if it is done. */
    Optional<String> introduce(LinkedProgram program) {
        try {
            return guest.introduce(program);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /** Lets libraries that are opened later refer to symbols of the program. */
    void offer(List<LinkedProgram.Symbol> symbols) {
        try {
            guest.offer(symbols);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Ends this process in the way in which the program has ended, as {@link
     * ProgramDylib#becomeProgram} does. Returns only if there is no program that has ended.
     */
    public void followEnd() {
        guest.followEnd();
    }

    IsolatedGuest guest() {
        return guest;
    }

    /** Returns what the process has had from its start. */
    ProgramNeeds provided() {
        return provided;
    }

    LocalTarget target() {
        return target;
    }

    List<String> arguments() {
        return arguments;
    }

    /**
     * Ends the process with a status, if it runs. No more than this may be done with it afterwards.
     */
    public void exit(int status) {
        if (guest.end().isEmpty()) {
            guest.process().exit(status);
        }
    }

    /** Ends the process if it runs, and forgets what has been loaded into it. */
    @Override
    public void close() {
        refuseUse();
        try {
            guest.close();
        } finally {
            releaseFiles();
        }
    }
}
