package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.executor.orcrt.core.EntryPoint;
import dev.orcinus.executor.orcrt.core.Layout;
import dev.orcinus.executor.orcrt.core.LineController;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeCode;
import dev.orcinus.executor.orcrt.core.RuntimeObject;
import dev.orcinus.executor.orcrt.core.Tag;
import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.formats.code.InstructionSet;
import dev.orcinus.formats.macho.MachO;
import dev.orcinus.formats.macho.MachObjectWriter;
import dev.orcinus.platform.Triple;
import java.util.Arrays;
import java.util.List;

/** The runtime for Mach-O, which replaces that of LLVM's Mach-O platform. */
public final class MachORuntime implements OrcRuntime {
    /** The linker puts this before the names of C. */
    private static final String MANGLING = "_";

    /** The first version of macOS for both processors. */
    private static final int MACOS_VERSION = 11;

    private static final String START = "_orcinus_rt";

    private static final int CODE_ALIGNMENT_BYTES = 16;

    /** Creates the runtime; it has no state. */
    public MachORuntime() {}

    @Override
    public boolean supports(Triple target) {
        return target.isApple();
    }

    @Override
    public List<? extends EntryPoint> entryPoints() {
        return MachOEntry.ALL;
    }

    @Override
    public String symbol(Tag tag) {
        return switch (tag) {
            case PUSH_INITIALIZERS -> "__orc_rt_macho_push_initializers_tag";
            case SYMBOL_LOOKUP -> "__orc_rt_macho_push_symbols_tag";
            case RESOLVE -> "__orc_rt_resolve_tag";
            case REOPTIMIZE -> "__orc_rt_reoptimize_tag";
        };
    }

    @Override
    public RuntimeObject object(RuntimeCode code, Layout layout) {
        int end = layout.sizeBytes();
        int tlv = (end + CODE_ALIGNMENT_BYTES - 1) & -CODE_ALIGNMENT_BYTES;
        MachObjectWriter object =
                new MachObjectWriter(
                        cpuType(code.listing().processor()),
                        MACOS_VERSION,
                        START,
                        join(code.write(layout), TlvCode.bytes(code, tlv), tlv));
        for (EntryPoint entryPoint : layout.entryPoints()) {
            if (!entryPoint.symbol().isEmpty()) {
                object.define(MANGLING + entryPoint.symbol(), Layout.offset(entryPoint));
            }
        }
        Tag.ALL.forEach(tag -> object.define(MANGLING + symbol(tag), layout.offset(tag)));
        object.define(MANGLING + "__orc_rt_macho_tlv_get_addr", tlv);
        int reenter = code.functions().get(RuntimeCode.REENTER);
        object.define("__orc_rt_sysv_reenter", reenter);
        Layout.imports().forEach((name, at) -> object.refer(MANGLING + name, at));
        return new RuntimeObject(object.defined(), object.write());
    }

    private static byte[] join(byte[] first, byte[] second, int at) {
        byte[] all = Arrays.copyOf(first, at + second.length);
        System.arraycopy(second, 0, all, at, second.length);
        return all;
    }

    private static int cpuType(InstructionSet processor) {
        return switch (processor) {
            case X86_64 -> MachO.CPU_TYPE_X86_64;
            case AARCH64 -> MachO.CPU_TYPE_ARM64;
        };
    }

    @Override
    public byte[] archive(ArchiveWriter objects) {
        return objects.writeBsd();
    }

    @Override
    public Linker linker(LineController controller) {
        return new MachOLinker(controller);
    }
}
