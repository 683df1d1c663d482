package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.executor.orcrt.core.EntryPoint;
import dev.orcinus.executor.orcrt.core.Layout;
import dev.orcinus.executor.orcrt.core.LineController;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeCode;
import dev.orcinus.executor.orcrt.core.RuntimeObject;
import dev.orcinus.executor.orcrt.core.Tag;
import dev.orcinus.formats.code.InstructionSet;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.RelocatableObject;
import dev.orcinus.platform.Triple;
import java.util.List;
import java.util.TreeMap;

/** The runtime for ELF, which replaces that of LLVM's ELF platform. */
public final class ElfNixRuntime implements OrcRuntime {
    private static final int R_X86_64_64 = 1;
    private static final int R_AARCH64_ABS64 = 257;

    /** Creates the runtime; it has no state. */
    public ElfNixRuntime() {}

    @Override
    public boolean supports(Triple target) {
        return !target.isApple() && !target.text().contains("-windows");
    }

    @Override
    public List<? extends EntryPoint> entryPoints() {
        return ElfNixEntry.ALL;
    }

    @Override
    public String symbol(Tag tag) {
        return switch (tag) {
            case PUSH_INITIALIZERS -> "__orc_rt_elfnix_push_initializers_tag";
            case SYMBOL_LOOKUP -> "__orc_rt_elfnix_symbol_lookup_tag";
            case RESOLVE -> "__orc_rt_resolve_tag";
            case REOPTIMIZE -> "__orc_rt_reoptimize_tag";
        };
    }

    @Override
    public RuntimeObject object(RuntimeCode code, Layout layout) {
        InstructionSet processor = code.listing().processor();
        RelocatableObject object = new RelocatableObject(machine(processor), code.write(layout));
        for (EntryPoint entryPoint : layout.entryPoints()) {
            if (!entryPoint.symbol().isEmpty()) {
                object.function(entryPoint.symbol(), Layout.offset(entryPoint), Layout.THUNK_BYTES);
            }
        }
        Tag.ALL.forEach(tag -> object.object(symbol(tag), layout.offset(tag), 1));
        new TreeMap<>(code.functions())
                .forEach((label, at) -> object.function(function(label), at, 0));
        Layout.imports().forEach((name, at) -> object.refer(name, absolute64(processor), at));
        return new RuntimeObject(object.defined(), object.write());
    }

    private static int machine(InstructionSet processor) {
        return switch (processor) {
            case X86_64 -> Elf.EM_X86_64;
            case AARCH64 -> Elf.EM_AARCH64;
        };
    }

    /** Returns the type of the relocation for a 64-bit address. */
    private static int absolute64(InstructionSet processor) {
        return switch (processor) {
            case X86_64 -> R_X86_64_64;
            case AARCH64 -> R_AARCH64_ABS64;
        };
    }

    /** Returns LLVM's name of a function of the hand-written code. */
    private static String function(String label) {
        return label.equals(RuntimeCode.REENTER)
                ? "__orc_rt_sysv_reenter"
                : "___orc_rt_elfnix_" + label;
    }

    @Override
    public Linker linker(LineController controller) {
        return new ElfNixLinker(controller);
    }
}
