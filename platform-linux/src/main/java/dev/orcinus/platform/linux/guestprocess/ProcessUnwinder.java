package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import java.util.List;

/** The registry of a guest process's libgcc, which takes a whole section at a time. */
final class ProcessUnwinder implements GuestUnwinder {
    private static final List<String> NAMES = List.of("__register_frame", "__deregister_frame");

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
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
        call(0, section);
    }

    @Override
    public void deregister(AddressRange section) {
        call(1, section);
    }

    private void call(int index, AddressRange section) {
        ExecutorAddress function = function(index);
        guest.threads()
                .on(Use.SERVICE, thread -> thread.call(function, section.start().value(), 0));
    }
}
