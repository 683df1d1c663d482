package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.formats.elf.LoadedNames;
import dev.orcinus.formats.elf.LoadedReferences;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.LoadedObjects.LoadedObject;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds the symbols for which it matters whether a library is there from the start of a process:
 * those that libraries which are open define or refer to. The dynamic linker searches the libraries
 * that an executable names before those that these need (System V ABI, "Shared Object
 * Dependencies"), but a library that is opened later behind all that are there. What has been
 * opened since the first search does not count. One thread at a time may use it.
 */
final class ReplacedSymbols {
    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final LoadedObjects objects;
    private List<LoadedObject> open = List.of();
    private Set<Path> files = Set.of();
    private LoadedNames names;

    ReplacedSymbols(NativeGuest guest, ProcessLibraries libraries) {
        this.guest = guest;
        this.libraries = libraries;
        this.objects = new LoadedObjects(guest);
    }

    /**
     * Returns those of a library's definitions that open libraries define or refer to, but for
     * those that a preloaded library has, which comes first in any case; none if the library itself
     * is there already.
     *
     * @param file the library's file
     * @param before the files of libraries whose definitions come first, too
     * @param definitions returns names, each followed by an at sign and a version if it has one
     */
    List<String> among(Path file, List<Path> before, Supplier<List<String>> definitions) {
        if (PreemptionRules.isOfSystem(file.toString())) {
            return List.of();
        }
        try {
            if (names == null) {
                readNames();
            }
            List<String> found = find(before, definitions.get());
            return found.isEmpty() || files().contains(realPath(file)) ? List.of() : found;
        } catch (IllegalStateException | UncheckedIOException unreadable) {
            return List.of();
        }
    }

    /** Returns the files of the open libraries; most searches find nothing, and do without. */
    private Set<Path> files() {
        if (files.isEmpty()) {
            Path folder = realPath(Path.of("/proc", Integer.toString(guest.pid()), "cwd"));
            files =
                    open.stream()
                            .map(object -> realPath(folder.resolve(object.name())))
                            .collect(Collectors.toSet());
        }
        return files;
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException gone) {
            return file;
        }
    }

    private List<String> find(List<Path> before, List<String> definitions) {
        List<String> likely = definitions.stream().filter(d -> names.mayHave(plain(d))).toList();
        List<String> found = new ArrayList<>(defined(likely, before));
        List<LoadedObject> others =
                open.stream().filter(object -> !PreemptionRules.isSimple(object.name())).toList();
        if (!others.isEmpty()) {
            found.addAll(onlyReferredTo(definitions, others));
        }
        return found;
    }

    private void readNames() {
        names = new LoadedNames(objects::read);
        open =
                objects.from(libraries.process()).stream()
                        .filter(object -> !object.name().isEmpty() && !object.isOfKernel())
                        .toList();
        open.forEach(object -> names.add(object.base(), object.dynamic()));
    }

    /** Returns those that one of the open libraries defines which does not come first. */
    private List<String> defined(List<String> definitions, List<Path> before) {
        if (definitions.isEmpty()) {
            return List.of();
        }
        List<ExecutorAddress> addresses = libraries.find(libraries.process(), definitions);
        Set<Path> behind = new HashSet<>(files());
        libraries.preloaded().forEach(path -> behind.remove(realPath(Path.of(path))));
        before.forEach(path -> behind.remove(realPath(path)));
        MemoryMaps maps = MemoryMaps.of(Integer.toString(guest.pid()));
        List<String> defined = new ArrayList<>();
        for (int i = 0; i < definitions.size(); i++) {
            ExecutorAddress address = addresses.get(i);
            if (!address.isNull()
                    && maps.libraryAt(address).map(Path::of).filter(behind::contains).isPresent()) {
                defined.add(definitions.get(i));
            }
        }
        return defined;
    }

    /** Returns those that nobody defines, and to which one of some libraries refers. */
    private List<String> onlyReferredTo(List<String> definitions, List<LoadedObject> others) {
        Map<String, String> wanted = new HashMap<>();
        definitions.forEach(definition -> wanted.put(plain(definition), definition));
        List<String> referred =
                others.stream()
                        .flatMap(
                                object ->
                                        LoadedReferences.of(
                                                objects::read,
                                                guest.processor().elfMachine(),
                                                object.base(),
                                                object.dynamic(),
                                                wanted::containsKey)
                                                .stream())
                        .map(LoadedReferences.Reference::symbol)
                        .distinct()
                        .toList();
        if (referred.isEmpty()) {
            return List.of();
        }
        List<ExecutorAddress> addresses = libraries.find(libraries.process(), referred);
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < referred.size(); i++) {
            if (addresses.get(i).isNull()) {
                missing.add(wanted.get(referred.get(i)));
            }
        }
        return missing;
    }

    private static String plain(String definition) {
        int at = definition.indexOf('@');
        return at > 0 ? definition.substring(0, at) : definition;
    }
}
