package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.ObjectFormatRuntime;
import dev.orcinus.runtime.elf.ElfFunctionSections;
import java.util.Optional;

/** ELF at run time. */
public final class ElfRuntime implements ObjectFormatRuntime {
    /** For {@link java.util.ServiceLoader}. */
    public ElfRuntime() {}

    @Override
    public boolean supports(Triple target) {
        return !target.text().contains("-apple-") && !target.text().contains("-windows");
    }

    @Override
    public Optional<FunctionSection> classify(String name, AddressRange range) {
        return ElfFunctionSections.kind(name).map(kind -> new FunctionSection(kind, range));
    }
}
