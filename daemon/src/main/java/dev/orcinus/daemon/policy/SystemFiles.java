package dev.orcinus.daemon.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the system that programs need, of which {@code system} stands for in a policy. */
final class SystemFiles {
    /**
     * Libraries, programs, what the C library reads, and {@code /proc}: of other processes the
     * kernel shows there only what {@code ps} shows.
     */
    private static final List<String> READABLE =
            List.of(
                    "/usr",
                    "/bin",
                    "/sbin",
                    "/lib",
                    "/lib32",
                    "/lib64",
                    "/nix/store",
                    "/gnu/store",
                    "/etc/ld.so.cache",
                    "/etc/alternatives",
                    "/etc/localtime",
                    "/etc/locale.alias",
                    "/etc/nsswitch.conf",
                    "/etc/passwd",
                    "/etc/group",
                    "/etc/hosts",
                    "/etc/host.conf",
                    "/etc/resolv.conf",
                    "/etc/services",
                    "/etc/protocols",
                    "/etc/ssl/certs",
                    "/proc",
                    "/sys/devices/system/cpu",
                    "/dev/random",
                    "/dev/urandom");

    private static final List<String> WRITABLE = List.of("/dev/null", "/dev/zero", "/dev/full");

    private SystemFiles() {}

    /** Returns those of the readable ones that this system has. */
    static List<Path> readable() {
        return existing(READABLE);
    }

    /** Returns those of the writable ones that this system has. */
    static List<Path> writable() {
        return existing(WRITABLE);
    }

    private static List<Path> existing(List<String> names) {
        Stream<Path> all = names.stream().map(Path::of);
        return all.filter(Files::exists).toList();
    }
}
