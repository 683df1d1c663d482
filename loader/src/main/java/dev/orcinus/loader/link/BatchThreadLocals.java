package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostThreadLocals.Descriptor;
import dev.orcinus.platform.spi.HostThreadLocals.Imported;
import dev.orcinus.platform.spi.HostThreadLocals.Request;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the objects of a batch their thread-local storage, between placing and fixing up: an
 * object's image is fixed up when all addresses are known, and its code can be when the target has
 * opened the storage. What objects of the batch need of each other's storage is asked for when that
 * is opened, so they may refer to each other in circles. Guarded by the session's lock.
 */
final class BatchThreadLocals {
    private final LinkBatch batch;
    private final LinkTarget target;
    private final Architecture architecture;
    private final Map<Unit, ThreadLocalNeeds> needs = new LinkedHashMap<>();

    BatchThreadLocals(LinkBatch batch, LinkTarget target, Architecture architecture) {
        this.batch = batch;
        this.target = target;
        this.architecture = architecture;
    }

    /** Opens storage for all objects that have thread-locals, or use those of others. */
    void open() throws LinkException {
        for (Unit unit : batch.units()) {
            ThreadLocalNeeds found = new ThreadLocalNeeds(unit, batch);
            if (found.mayBeAny()) {
                needs.put(unit, found);
            }
        }
        for (ThreadLocalNeeds unit : needs.values()) {
            unit.collect(needs);
        }
        for (Map.Entry<Unit, ThreadLocalNeeds> entry : needs.entrySet()) {
            open(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<Unit, ThreadLocalNeeds> entry : needs.entrySet()) {
            resolve(entry.getKey(), entry.getValue());
        }
    }

    private void open(Unit unit, ThreadLocalNeeds needed) throws LinkException {
        SegmentLayout layout = SegmentLayout.of(unit.graph(), Section.Use.THREAD_LOCALS);
        if (layout.isEmpty() && needed.imports().isEmpty()) {
            return;
        }
        Request request =
                new Request(
                        unit.name(),
                        image(unit, layout),
                        // a block has a module, even if nothing in it has a size
                        layout.isEmpty() ? 0 : Math.max(1, layout.sizeBytes()),
                        layout.alignmentBytes(),
                        needed.isStatic(),
                        needed.descriptors(),
                        needed.imports());
        var block = target.openThreadLocals(request);
        unit.setThreadLocals(new ThreadLocalStorage(block.handle(), needed.isStatic()));
        requireAnswers(request, block.descriptors().size(), block.imports().size());
        Map<Long, TlsBlock.Descriptor> descriptors = new HashMap<>();
        for (int i = 0; i < request.descriptors().size(); i++) {
            descriptors.put(request.descriptors().get(i), descriptor(block.descriptors().get(i)));
        }
        unit.graph()
                .setTls(new TlsBlock(block.module(), block.threadPointerOffset(), descriptors));
        List<Symbol> imported = needed.imported();
        for (int i = 0; i < imported.size(); i++) {
            resolve(imported.get(i), block.imports().get(i));
        }
    }

    private static void requireAnswers(Request request, int descriptors, int imports)
            throws TargetException {
        if (descriptors != request.descriptors().size() || imports != request.imports().size()) {
            throw new TargetException(
                    "thread-local storage of %s: %d descriptors of %d, %d imports of %d"
                            .formatted(
                                    request.name(),
                                    descriptors,
                                    request.descriptors().size(),
                                    imports,
                                    request.imports().size()),
                    null);
        }
    }

    private byte[] image(Unit unit, SegmentLayout layout) throws LinkException {
        byte[] bytes = new byte[Math.toIntExact(layout.contentBytes())];
        MemorySegment content = MemorySegment.ofArray(bytes);
        layout.copyTo(content, ExecutorAddress.NULL);
        layout.fixUp(unit.graph(), architecture, content, ExecutorAddress.NULL);
        return bytes;
    }

    private static void resolve(Symbol symbol, Imported found) {
        symbol.resolve(
                new TlsBlock(
                        found.module(),
                        found.threadPointerOffset() - found.offset(),
                        Map.of(found.offset(), descriptor(found.descriptor()))),
                found.offset());
    }

    private static TlsBlock.Descriptor descriptor(Descriptor words) {
        return new TlsBlock.Descriptor(words.function().value(), words.argument());
    }

    /** What the object refers to in other objects' storage. */
    private void resolve(Unit unit, ThreadLocalNeeds needed) {
        for (Symbol external : unit.graph().externals()) {
            batch.binding(external)
                    .filter(d -> d.isThreadLocal() && !needed.isImported(external))
                    .ifPresent(
                            d ->
                                    external.resolve(
                                            d.unit().graph().tls(), d.symbol().addressValue()));
        }
    }
}
