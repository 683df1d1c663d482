package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.executor.orcrt.core.LineController;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.Platform;
import dev.orcinus.executor.orcrt.core.Tag;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.dylib.DylibException;
import java.util.List;

/**
 * LLVM's {@code ELFNixPlatform} in the controller: {@code SPSExpected<seq<tuple<addr, seq<addr>>>>
 * (addr)} for initializers, {@code SPSExpected<addr> (addr, string)} for a symbol.
 */
final class ElfNixLinker implements OrcRuntime.Linker {
    private static final SpsCodec<List<Links>> LINKS =
            SpsCodec.sequence(
                    SpsCodec.pair(
                            Sps.ADDRESS,
                            SpsCodec.sequence(Sps.ADDRESS),
                            Links::new,
                            Links::dylib,
                            Links::dependencies));

    private final LineController controller;

    ElfNixLinker(LineController controller) {
        this.controller = controller;
    }

    @Override
    public List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException {
        return controller.ask(Tag.PUSH_INITIALIZERS, new SpsWriter().writeAddress(dylib), LINKS);
    }

    @Override
    public ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) throws DylibException {
        SpsWriter arguments = new SpsWriter().writeAddress(dylib).writeString(symbol);
        return controller.ask(Tag.SYMBOL_LOOKUP, arguments, Sps.ADDRESS);
    }

    @Override
    public OrcRuntime.Functions functions(Platform platform) {
        return new ElfNixFunctions(platform);
    }
}
