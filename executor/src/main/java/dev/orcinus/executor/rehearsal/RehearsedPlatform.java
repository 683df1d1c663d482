package dev.orcinus.executor.rehearsal;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.ArrayList;
import java.util.List;

/** What a controller says to our runtime, as far as it depends on the object format. */
interface RehearsedPlatform {
    /**
     * The dylib of a rehearsal.
     *
     * @param handle its handle
     * @param initializers the address of a pointer to its initializer
     * @param mainName the address of the linker's name of its function {@code main}
     * @param main the address of that function
     */
    record Dylib(
            ExecutorAddress handle,
            ExecutorAddress initializers,
            ExecutorAddress mainName,
            ExecutorAddress main) {
        private SpsWriter writeInitializers(SpsWriter out) {
            return out.writeAddress(initializers).writeAddress(initializers.plus(Long.BYTES));
        }
    }

    /**
     * A function that registers something.
     *
     * @param function its name, without the platform's prefix
     * @param arguments its arguments
     * @param undoes the function that takes it back
     * @param undoArguments the arguments of that one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Registration(String function, byte[] arguments, String undoes, byte[] undoArguments) {
        private static Registration of(String what, SpsWriter arguments) {
            byte[] bytes = arguments.toBytes();
            return new Registration("register_" + what, bytes, "deregister_" + what, bytes);
        }

        private static Registration ofDylib(String name, ExecutorAddress handle) {
            return new Registration(
                    "register_jitdylib",
                    new SpsWriter().writeString(name).writeAddress(handle).toBytes(),
                    "deregister_jitdylib",
                    Sps.ADDRESS.encode(handle));
        }
    }

    /** Returns what linkers put before the names of C. */
    String mangling();

    /** Returns the prefix of the platform's functions. */
    String prefix();

    /** Returns the registrations of a dylib. */
    List<Registration> registrations(String name, Dylib dylib);

    /** Returns the registrations of an object that is added to a dylib. */
    List<Registration> objectRegistrations(Dylib dylib);

    /** Returns the controller's answer to a question for initializers: there are no more. */
    byte[] noInitializers(ExecutorAddress handle);

    /** Returns the name of the handler that has symbols linked, without the prefix. */
    String symbolTag();

    /** Returns the answer of that handler. */
    byte[] symbol(ExecutorAddress main);

    /** LLVM's platform for ELF. */
    record Elf() implements RehearsedPlatform {
        @Override
        public String mangling() {
            return "";
        }

        @Override
        public String prefix() {
            return "__orc_rt_elfnix_";
        }

        @Override
        public List<Registration> registrations(String name, Dylib dylib) {
            List<Registration> all = new ArrayList<>();
            all.addAll(
                    List.of(
                            new Registration(
                                    "platform_bootstrap",
                                    Sps.ADDRESS.encode(dylib.handle),
                                    "platform_shutdown",
                                    new byte[0]),
                            Registration.ofDylib(name, dylib.handle)));
            all.addAll(objectRegistrations(dylib));
            return all;
        }

        @Override
        public List<Registration> objectRegistrations(Dylib dylib) {
            SpsWriter none = new SpsWriter().writeLong(0).writeLong(0).writeLong(0).writeLong(0);
            SpsWriter initializers = new SpsWriter().writeAddress(dylib.handle).writeLong(1);
            return List.of(
                    Registration.of("object_sections", none),
                    Registration.of("init_sections", dylib.writeInitializers(initializers)));
        }

        @Override
        public byte[] noInitializers(ExecutorAddress handle) {
            return new SpsWriter()
                    .writeBoolean(true)
                    .writeLong(1)
                    .writeAddress(handle)
                    .writeLong(0)
                    .toBytes();
        }

        @Override
        public String symbolTag() {
            return "symbol_lookup_tag";
        }

        @Override
        public byte[] symbol(ExecutorAddress main) {
            return SpsCodec.expected(Sps.ADDRESS).encode(new Expected.Value<>(main));
        }
    }

    /** LLVM's platform for Mach-O. */
    record MachO() implements RehearsedPlatform {
        @Override
        public String mangling() {
            return "_";
        }

        @Override
        public String prefix() {
            return "__orc_rt_macho_";
        }

        @Override
        public List<Registration> registrations(String name, Dylib dylib) {
            SpsWriter symbols =
                    new SpsWriter()
                            .writeAddress(dylib.handle)
                            .writeLong(1)
                            .writeAddress(dylib.mainName)
                            .writeAddress(dylib.main)
                            .writeByte((byte) 0);
            return List.of(
                    new Registration(
                            "platform_bootstrap", new byte[0], "platform_shutdown", new byte[0]),
                    Registration.ofDylib(name, dylib.handle),
                    objectRegistrations(dylib).getFirst(),
                    Registration.of("object_symbol_table", symbols));
        }

        @Override
        public List<Registration> objectRegistrations(Dylib dylib) {
            SpsWriter sections =
                    new SpsWriter()
                            .writeAddress(dylib.handle)
                            .writeBoolean(false)
                            .writeLong(1)
                            .writeString("__DATA,__mod_init_func");
            return List.of(
                    Registration.of("object_platform_sections", dylib.writeInitializers(sections)));
        }

        @Override
        public byte[] noInitializers(ExecutorAddress handle) {
            return new SpsWriter()
                    .writeBoolean(true)
                    .writeLong(1)
                    .writeAddress(handle)
                    .writeBoolean(false)
                    .writeLong(0)
                    .toBytes();
        }

        @Override
        public String symbolTag() {
            return "push_symbols_tag";
        }

        @Override
        public byte[] symbol(ExecutorAddress main) {
            return new byte[1];
        }
    }
}
