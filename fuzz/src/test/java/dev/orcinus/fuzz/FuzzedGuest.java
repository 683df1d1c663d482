package dev.orcinus.fuzz;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;

/**
 * A guest without machine code whose process has no symbols, and where no library can be opened.
 */
final class FuzzedGuest {
    private static final ExecutorAddress PROCESS = new ExecutorAddress(0x1000);

    private FuzzedGuest() {}

    static Guest create() {
        FakeGuest fake = new FakeGuest();
        return (Guest)
                Proxy.newProxyInstance(
                        FuzzedGuest.class.getClassLoader(),
                        new Class<?>[] {Guest.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("libraries")) {
                                return new NoLibraries();
                            }
                            try {
                                fake.invoker().takeRan(); // or the notes of a fake would grow
                                return method.invoke(fake, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** A process without symbols. */
    private static final class NoLibraries implements GuestLibraries {
        @Override
        public ExecutorAddress process() {
            return PROCESS;
        }

        @Override
        public ExecutorAddress open(String path) throws HostCallException {
            throw new HostCallException("dlopen(" + path + ")", 0, "there are no libraries");
        }

        @Override
        public void close(ExecutorAddress handle) {}

        @Override
        public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
            return Collections.nCopies(names.size(), ExecutorAddress.NULL);
        }
    }
}
