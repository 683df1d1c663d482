package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.executor.orcrt.core.LineController;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.Platform;
import dev.orcinus.executor.orcrt.core.Tag;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.runtime.dylib.DylibException;
import java.util.List;
import java.util.Optional;

/**
 * LLVM's {@code MachOPlatform} in the controller: {@code SPSExpected<seq<tuple<addr, tuple<bool,
 * seq<addr>>>>> (addr)} for initializers, {@code SPSError (addr, seq<tuple<string, bool>>)} for
 * symbols. The controller registers the symbols of linked code here, so most are found without a
 * question. Thread-safe.
 */
final class MachOLinker implements OrcRuntime.Linker {
    private static final SpsCodec<List<ExecutorAddress>> HEADERS = SpsCodec.sequence(Sps.ADDRESS);
    private static final SpsCodec<List<Links>> LINKS =
            SpsCodec.sequence(
                    SpsCodec.of(
                            2 * Long.BYTES + 1, MachOLinker::readLinks, MachOLinker::writeLinks));

    private final LineController controller;
    private final LinkedSymbols symbols;

    MachOLinker(LineController controller) {
        this.controller = controller;
        this.symbols = new LinkedSymbols(controller.memory());
    }

    /**
     * Reads what a dylib is linked against. A sealed dylib gets no code any more; it has no new
     * initializers then, so nothing depends on the flag.
     */
    private static Links readLinks(SpsReader in) throws ProtocolException {
        ExecutorAddress header = in.readAddress();
        in.readBoolean();
        return new Links(header, HEADERS.read(in));
    }

    private static void writeLinks(SpsWriter out, Links links) {
        out.writeAddress(links.dylib()).writeBoolean(false);
        HEADERS.write(out, links.dependencies());
    }

    @Override
    public List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException {
        return controller.ask(Tag.PUSH_INITIALIZERS, new SpsWriter().writeAddress(dylib), LINKS);
    }

    @Override
    public ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) throws DylibException {
        String name = "_" + symbol;
        Optional<ExecutorAddress> linked = symbols.find(dylib, name);
        if (linked.isPresent()) {
            return linked.get();
        }
        controller.tell(
                Tag.SYMBOL_LOOKUP,
                new SpsWriter()
                        .writeAddress(dylib)
                        .writeLong(1)
                        .writeString(name)
                        .writeBoolean(true));
        return symbols.find(dylib, name)
                .orElseThrow(
                        () -> new DylibException("the dylib at " + dylib + " has no " + symbol));
    }

    @Override
    public OrcRuntime.Functions functions(Platform platform) {
        return new MachOFunctions(platform, symbols);
    }
}
