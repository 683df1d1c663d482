package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The registry of a guest process's libgcc, which takes a whole section at a time. */
final class ProcessUnwinder implements GuestUnwinder {
    private static final int REGISTER = 0;
    private static final int DEREGISTER = 1;
    private static final List<String> NAMES = List.of("__register_frame", "__deregister_frame");

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final Set<AddressRange> registered = ConcurrentHashMap.newKeySet();
    private List<ExecutorAddress> functions = List.of();

    ProcessUnwinder(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
    }

    private synchronized ExecutorAddress function(int index) {
        if (functions.isEmpty()) {
            functions = libraries.find(libraries.process(), NAMES);
        }
        ExecutorAddress function = functions.get(index);
        if (function.isNull()) {
            throw new IllegalStateException("the guest has no libgcc_s.so.1");
        }
        return function;
    }

    @Override
    public void register(AddressRange section) {
        call(REGISTER, section);
        registered.add(section);
    }

    @Override
    public void deregister(AddressRange section) {
        registered.remove(section);
        call(DEREGISTER, section);
    }

    /** Returns the sections that are registered now. */
    Set<AddressRange> registered() {
        return Set.copyOf(registered);
    }

    /** Deregisters, in an earlier state of the guest, what has been deregistered since. */
    void deregisterGone(Set<AddressRange> known) {
        for (AddressRange section : known) {
            if (!registered.contains(section)) {
                call(DEREGISTER, section);
            }
        }
    }

    /** CallRegisters, in an earlier state of the guest, what has been registered since. */
    void registerNew(Set<AddressRange> known) {
        for (AddressRange section : registered) {
            if (!known.contains(section)) {
                call(REGISTER, section);
            }
        }
    }

    private void call(int index, AddressRange section) {
        ExecutorAddress function = function(index);
        guest.threads()
                .on(Use.SERVICE, thread -> thread.call(function, section.start().value(), 0));
    }
}
