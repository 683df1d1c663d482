package dev.orcinus.jit;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnreachableSymbolsException;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A {@link Jit} that loads a program into a native process of its own, which has no JVM. The
 * process has the standard streams, the terminal and the process group of this one, and ends with
 * it. {@link Jit#program} makes one.
 */
public final class ProgramJit extends Jit {
    private final IsolatedGuest guest;
    private final LocalTarget target;
    private final List<String> arguments;

    private ProgramJit(IsolatedGuest guest, LocalTarget target, List<String> arguments) {
        super(target);
        this.guest = guest;
        this.target = target;
        this.arguments = arguments;
    }

    static ProgramJit open(List<String> arguments) {
        try {
            GuestOptions options = GuestOptions.ofProgram(arguments);
            IsolatedGuest guest = HostProvider.current().startGuest(options);
            return new ProgramJit(guest, new LocalTarget(guest), options.arguments());
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    /**
     * Starts the process again, so that symbols of libraries lie where code without PIC reaches
     * them, as a static linker arranges it (copy relocations, and addresses of functions in the
     * program). This object is closed, and all objects and libraries have to be added to the new
     * one.
     *
     * @param unreachable thrown when the program was linked
     * @throws TargetException if a symbol cannot lie there
     */
    public ProgramJit startAgain(UnreachableSymbolsException unreachable) {
        List<String> symbols = List.copyOf(unreachable.requesters().keySet());
        try {
            IsolatedGuest again = guest.startAgain(symbols);
            return new ProgramJit(again, new LocalTarget(again), arguments);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage() + "; " + unreachable.getMessage(), e);
        }
    }

    @Override
    public ProgramDylib createDylib(String name) {
        return register(name, dylib -> new ProgramDylib(this, dylib, name));
    }

    /** Returns what is in a part of the process's memory. */
    MemorySegment read(AddressRange range) {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(range.sizeBytes())]);
        if (!guest.memory().tryRead(range.start(), copy)) {
            throw new TargetException("nothing is readable at " + range, null);
        }
        return copy;
    }

    void introduce(LinkedProgram program) {
        try {
            guest.introduce(program);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
    }

    IsolatedGuest guest() {
        return guest;
    }

    LocalTarget target() {
        return target;
    }

    List<String> arguments() {
        return arguments;
    }

    /** Ends the process if it runs, and forgets what has been loaded into it. */
    @Override
    public void close() {
        guest.close();
    }
}
