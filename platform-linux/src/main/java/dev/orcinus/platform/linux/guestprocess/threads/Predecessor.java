package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A guest process in whose place another one is started, which has its libraries, and further ones.
 * It tells where the functions of the C library are that the further ones may replace.
 */
public final class Predecessor {
    private final LibcAddresses addresses;
    private final MemoryMaps maps;

    Predecessor(LibcAddresses addresses, MemoryMaps maps) {
        this.addresses = addresses;
        this.maps = maps;
    }

    /** Returns the addresses in the process that has taken its place; none if that has ended. */
    LibcAddresses inSuccessor(Mailbox.Head head, int pid) {
        try {
            MemoryMaps now = MemoryMaps.of(Integer.toString(pid));
            return addresses.inSuccessor(head, address -> moved(address, maps, now));
        } catch (UncheckedIOException ended) {
            return addresses.inSuccessor(head, _ -> Optional.empty());
        }
    }

    /** Returns where a process has what another has at an address; empty if it is in no file. */
    static Optional<ExecutorAddress> moved(
            ExecutorAddress address, MemoryMaps before, MemoryMaps now) {
        return before.libraryAt(address).flatMap(path -> moved(address, path, before, now));
    }

    private static Optional<ExecutorAddress> moved(
            ExecutorAddress address, String path, MemoryMaps before, MemoryMaps now) {
        return start(path, before)
                .map(address::minus)
                .flatMap(offset -> start(path, now).map(start -> start.plus(offset)));
    }

    private static Optional<ExecutorAddress> start(String path, MemoryMaps maps) {
        return maps.mappings().stream()
                .filter(mapping -> mapping.path().equals(path))
                .map(mapping -> mapping.range().start())
                .findFirst();
    }
}
