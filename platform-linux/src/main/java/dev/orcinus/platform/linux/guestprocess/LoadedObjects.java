package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list of the dynamic linker of a guest: {@code struct link_map} of {@code <link.h>}, of which
 * it makes the first five fields public.
 */
final class LoadedObjects {
    private static final int FIELDS = 5;
    private static final int NAME = 1;
    private static final int DYNAMIC = 2;
    private static final int NEXT = 3;

    private final NativeGuest guest;

    /**
     * An object.
     *
     * @param map its {@code link_map}
     * @param base {@code l_addr}
     * @param name {@code l_name}; empty for the executable; relative if the dynamic linker has
     *     found the file by a relative path
     * @param dynamic {@code l_ld}
     */
    record LoadedObject(long map, long base, String name, long dynamic) {
        /** Returns whether the kernel has put it there (vdso(7)): no file has its name. */
        boolean isOfKernel() {
            return name.startsWith("linux-vdso") || name.startsWith("linux-gate");
        }
    }

    LoadedObjects(NativeGuest guest) {
        this.guest = guest;
    }

    /** Returns the objects in the order of the list, the executable first. */
    List<LoadedObject> from(ExecutorAddress executable) {
        List<LoadedObject> objects = new ArrayList<>();
        for (long map = executable.value(); map != 0; ) {
            MemorySegment fields = read(map, FIELDS * (long) Long.BYTES);
            String name = guest.memory().text(new ExecutorAddress(field(fields, NAME)));
            objects.add(new LoadedObject(map, field(fields, 0), name, field(fields, DYNAMIC)));
            map = field(fields, NEXT);
        }
        return objects;
    }

    /**
     * Returns the names of the libraries, by which the dynamic linker knows them, but for those
     * that we have written: those of the system last, the others in the opposite order. So the
     * dynamic linker runs the finalizers of libraries that do not need each other in their order,
     * also where an object at the end of the list needs all of them.
     *
     * @param named some names in their order, which the list does not have
     */
    List<String> libraries(ExecutorAddress executable, List<String> named) {
        List<String> names = new ArrayList<>();
        List<String> ofSystem = new ArrayList<>();
        List<LoadedObject> objects = new ArrayList<>(from(executable));
        objects.sort(Comparator.comparingInt(object -> named.indexOf(object.name())));
        for (LoadedObject object : objects) {
            String name = object.name();
            if (PreemptionRules.isSimple(name)) {
                ofSystem.add(name);
            } else if (name.contains("/") && !name.startsWith("/proc/")) {
                names.addFirst(name);
            }
        }
        names.addAll(ofSystem);
        return names;
    }

    private static long field(MemorySegment fields, int index) {
        return fields.getAtIndex(JAVA_LONG, index);
    }

    /** Returns a copy of a part of the guest's memory, in whole words. */
    MemorySegment read(long address, long sizeBytes) {
        long words = (sizeBytes + Long.BYTES - 1) / Long.BYTES;
        MemorySegment copy = MemorySegment.ofArray(new long[Math.toIntExact(words)]);
        MemorySegment part = copy.asSlice(0, sizeBytes);
        if (!guest.memory().read(new ExecutorAddress(address), part)) {
            throw new IllegalStateException(
                    "the guest's memory at 0x" + Long.toHexString(address) + " is not readable");
        }
        return part;
    }
}
