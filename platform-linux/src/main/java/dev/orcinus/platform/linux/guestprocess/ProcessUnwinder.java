package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.LinuxLibraries;
import dev.orcinus.platform.linux.guestprocess.memory.ChangeLog;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The registry of a guest process's unwinder: libgcc's, or LLVM's libunwind if that has been
 * preloaded. Both take a whole section at a time, by functions of different names: libunwind's
 * {@code __register_frame} takes one FDE.
 */
final class ProcessUnwinder implements GuestUnwinder {
    private static final int REGISTER = 0;
    private static final int DEREGISTER = 1;
    private static final String REGISTER_FRAME = "__register_frame";

    /** Those of libgcc, then those of libunwind. */
    private static final List<String> NAMES =
            List.of(
                    REGISTER_FRAME,
                    "__deregister_frame",
                    "__unw_add_dynamic_eh_frame_section",
                    "__unw_remove_dynamic_eh_frame_section");

    private static final int OF_LIBUNWIND = 2;

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final Set<AddressRange> registered = new HashSet<>();
    private final ChangeLog<AddressRange> log = new ChangeLog<>();
    private List<ExecutorAddress> functions = List.of();

    ProcessUnwinder(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
    }

    /** Looks the unwinder up that is used when the first section is registered. */
    synchronized void prepare() {
        if (functions.isEmpty()) {
            functions = functions();
        }
    }

    private synchronized ExecutorAddress function(int index) {
        prepare();
        ExecutorAddress function = functions.get(index);
        if (function.isNull()) {
            throw new IllegalStateException("the guest has no libgcc_s.so.1");
        }
        return function;
    }

    /**
     * Returns the functions of the unwinder that comes first among the process's symbols, because
     * that one is asked when an exception is thrown.
     */
    private List<ExecutorAddress> functions() {
        libraries.prepareFor(libraries.process(), NAMES);
        List<ExecutorAddress> found = libraries.find(libraries.process(), NAMES);
        boolean isLibunwind =
                !found.get(OF_LIBUNWIND).isNull() && !found.getFirst().equals(ofLibgcc());
        return isLibunwind ? found.subList(OF_LIBUNWIND, NAMES.size()) : found;
    }

    private ExecutorAddress ofLibgcc() {
        try {
            ExecutorAddress libgcc = libraries.open(LinuxLibraries.GCC_RUNTIME);
            return libraries.find(libgcc, REGISTER_FRAME).orElse(ExecutorAddress.NULL);
        } catch (HostCallException noLibgcc) {
            return ExecutorAddress.NULL;
        }
    }

    @Override
    public void register(AddressRange section) {
        call(REGISTER, section);
        noteRegistered(section);
    }

    private synchronized void noteRegistered(AddressRange section) {
        if (registered.add(section)) {
            log.added(section);
        }
    }

    @Override
    public void deregister(AddressRange section) {
        noteDeregistered(section);
        call(DEREGISTER, section);
    }

    private synchronized void noteDeregistered(AddressRange section) {
        if (registered.remove(section)) {
            log.removed(section);
        }
    }

    /** Returns the present moment, for {@link #since}. */
    synchronized ChangeLog.Moment<AddressRange> now() {
        return log.now();
    }

    /** Returns how the sections that are registered differ from those of a moment. */
    synchronized ChangeLog.Difference<AddressRange> since(ChangeLog.Moment<AddressRange> moment) {
        return log.since(moment);
    }

    /** Deregisters, in an earlier state of the guest, what has been deregistered since. */
    void deregisterGone(ChangeLog.Difference<AddressRange> since) {
        for (AddressRange section : since.gone()) {
            call(DEREGISTER, section);
        }
    }

    /** Registers, in an earlier state of the guest, what has been registered since. */
    void registerNew(ChangeLog.Difference<AddressRange> since) {
        for (AddressRange section : since.added()) {
            call(REGISTER, section);
        }
    }

    private void call(int index, AddressRange section) {
        guest.pending().add(function(index), section.start().value());
    }
}
