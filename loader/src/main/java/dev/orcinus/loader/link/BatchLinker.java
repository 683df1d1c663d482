package dev.orcinus.loader.link;

import dev.orcinus.formats.NamePool;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The linker for the objects of a batch. Each step is done for all objects before the next step. If
 * a step fails, everything is undone. The session's lock guards it.
 */
final class BatchLinker {
    /** Objects are filled together until they have this many bytes. */
    private static final long FILLED_BYTES = 32 << 20;

    private static final int FILLED_TOGETHER = 64;

    private final LinkTarget target;
    private final Architecture architecture;
    private final Placements placements;
    private final PhaseClock clock;
    private final LinkObserver observer;
    private Optional<ProgramRecorder> recorder = Optional.empty();

    BatchLinker(
            LinkTarget target,
            Architecture architecture,
            Placements placements,
            PhaseClock clock,
            LinkObserver observer) {
        this.target = target;
        this.architecture = architecture;
        this.placements = placements;
        this.clock = clock;
        this.observer = observer;
    }

    /** Has the next batches recorded, if there is a recorder. */
    void record(Optional<ProgramRecorder> next) {
        recorder = next;
    }

    /** Resolves a batch and links its objects, all of which share the pool of names. */
    void link(LinkBatch batch) {
        NamePool names = NamePool.shared();
        try {
            resolveAndLink(batch);
        } catch (InternalError e) {
            batch.requireFilesAreThere();
            throw e;
        } finally {
            Reference.reachabilityFence(names);
        }
    }

    private void resolveAndLink(LinkBatch batch) {
        clock.time(LinkPhase.RESOLVE, batch::resolve);
        if (batch.units().isEmpty()) {
            return;
        }
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.LINK, names(batch))) {
            linkResolved(batch);
        }
    }

    private static String names(LinkBatch batch) {
        if (!FlightNotes.areOn()) {
            return "";
        }
        return batch.units().stream().map(Unit::name).collect(Collectors.joining(", "));
    }

    private void linkResolved(LinkBatch batch) {
        requireStacks(batch);
        List<UnitLink> links = new ArrayList<>(batch.units().size());
        Placement placement = placementOf(batch);
        try {
            for (Unit unit : ordered(batch)) {
                links.add(new UnitLink(unit, batch, placement));
            }
            run(batch, links);
        } catch (RuntimeException | Error failure) {
            recorder.ifPresent(ProgramRecorder::abandon);
            recorder = Optional.empty();
            undo(links, failure);
            batch.cancel();
            throw failure;
        }
    }

    private void requireStacks(LinkBatch batch) {
        for (Unit unit : batch.units()) {
            if (unit.dylib().rules().needsExecutableStack(unit.graph())) {
                cancelOnFailure(batch, () -> target.requireExecutableStack(unit.name()));
            }
        }
    }

    /** Returns the objects of a batch, with the units of joined sections at the end. */
    private static Collection<Unit> ordered(LinkBatch batch) {
        if (batch.joined().isEmpty()) {
            return batch.units();
        }
        Set<Unit> ordered = new LinkedHashSet<>(batch.units());
        ordered.removeAll(batch.joined().keySet());
        ordered.addAll(batch.joined().keySet());
        return ordered;
    }

    private Placement placementOf(LinkBatch batch) {
        Placement[] placement = new Placement[1];
        cancelOnFailure(batch, () -> placement[0] = placements.of(batch));
        return placement[0];
    }

    private static void cancelOnFailure(LinkBatch batch, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            batch.units().forEach(Unit::startOver);
            batch.cancel();
            throw e;
        }
    }

    private void run(LinkBatch batch, List<UnitLink> links) {
        clock.eachTogether(LinkPhase.LOWER, links, UnitLink::prune);
        observe(LinkObserver.Step.PRUNED, links);
        lower(batch, links);
        observe(LinkObserver.Step.LOWERED, links);
        for (JoinedSections joined : batch.joined().values()) {
            joined.move();
        }
        place(batch, links);
        observe(LinkObserver.Step.LAID_OUT, links);
        recorder.ifPresent(r -> r.begin(batch, target.pageSizeBytes()));
        clock.time(LinkPhase.RESOLVE, batch::openLateLibraries);
        links.forEach(UnitLink::resolve);
        clock.time(LinkPhase.FIX_UP, () -> BatchThreadLocals.open(batch, target, architecture));
        clock.time(LinkPhase.FIX_UP, () -> finish(batch, links));
        observe(LinkObserver.Step.FIXED_UP, links);
        forAll(LinkPhase.FINALIZE, links, UnitLink::complete);
        forAll(LinkPhase.FINALIZE, links, link -> link.show(target));
        recorder.ifPresent(ProgramRecorder::end);
        commit(batch, links);
        for (JoinedSections joined : batch.joined().values()) {
            joined.commit();
        }
    }

    /**
     * Lowers all objects. The graphs of joined sections come last and one after the other, because
     * the others ask which sections they have.
     */
    private void lower(LinkBatch batch, List<UnitLink> links) {
        int own = links.size() - batch.joined().size();
        forAll(LinkPhase.LOWER, links, UnitLink::resolveKnown);
        Consumer<UnitLink> step = link -> link.lower(architecture);
        clock.eachTogether(LinkPhase.LOWER, links.subList(0, own), step);
        clock.each(LinkPhase.LOWER, links.subList(own, links.size()), step);
    }

    /** Places all objects. Joined sections come first, because a header lies before all code. */
    private void place(LinkBatch batch, List<UnitLink> links) {
        int own = links.size() - batch.joined().size();
        List<UnitLink> placing = new ArrayList<>(links.subList(own, links.size()));
        placing.addAll(links.subList(0, own));
        clock.eachTogether(LinkPhase.PLACE, placing, UnitLink::layOut);
        forAll(LinkPhase.PLACE, placing, UnitLink::place);
        clock.eachTogether(LinkPhase.PLACE, placing, UnitLink::settle);
        for (JoinedSections joined : batch.joined().values()) {
            joined.placed();
        }
    }

    /**
     * Notes that all objects are in place. Joined sections come last, because they have blocks of
     * the others, which ask these for their functions.
     */
    private static void commit(LinkBatch batch, List<UnitLink> links) {
        int own = links.size() - batch.joined().size();
        links.forEach(UnitLink::noteUses);
        Workers.each(links.subList(0, own), UnitLink::end);
        links.subList(own, links.size()).forEach(UnitLink::end);
        links.forEach(UnitLink::commit);
    }

    /**
     * Fills and finishes all objects, some at a time, so that not all of them need buffers at once.
     */
    private void finish(LinkBatch batch, List<UnitLink> links) {
        List<UnitLink> filled = links.stream().filter(link -> !link.isEmpty()).toList();
        List<Symbol> actions =
                filled.stream().map(UnitLink::finalizeActions).flatMap(List::stream).toList();
        clock.expect(filled.size());
        int from = 0;
        while (from < filled.size()) {
            int to = endOfGroup(filled, from);
            finish(batch, filled.subList(from, to), filled, actions);
            from = to;
        }
    }

    /** Returns the place behind the objects that are filled together with the one at a place. */
    private static int endOfGroup(List<UnitLink> filled, int from) {
        int most = Math.min(from + FILLED_TOGETHER, filled.size());
        long bytes = 0;
        int to = from;
        while (to < most && bytes < FILLED_BYTES) {
            bytes += filled.get(to).contentBytes();
            to++;
        }
        return to;
    }

    private void finish(
            LinkBatch batch, List<UnitLink> some, List<UnitLink> filled, List<Symbol> actions) {
        try {
            some.forEach(link -> link.begin(target));
            Workers.each(some, link -> link.fill(architecture, recorder));
            if (some.getLast() == filled.getLast()) { // all contents are copied, none has run
                batch.requireUnchanged();
            }
            clock.takeEach(some, link -> finish(link, filled, actions));
            some.forEach(UnitLink::abandon);
        } catch (RuntimeException | Error failure) {
            forAllAfter(failure, some, UnitLink::abandon);
            throw failure;
        }
    }

    /**
     * Finishes an object. Resolvers of indirect functions may call other objects, so they run when
     * all objects are in place.
     */
    private static void finish(UnitLink link, List<UnitLink> filled, List<Symbol> actions) {
        boolean isLast = link == filled.getLast();
        if (isLast && !actions.isEmpty()) {
            filled.subList(0, filled.size() - 1).forEach(UnitLink::complete);
        }
        link.finish(isLast ? actions : List.of());
    }

    private void forAll(LinkPhase phase, List<UnitLink> links, Consumer<UnitLink> step) {
        clock.each(phase, links, step);
    }

    private void observe(LinkObserver.Step step, List<UnitLink> links) {
        for (UnitLink link : links) {
            observer.after(step, link.unit().graph());
        }
    }

    private void undo(List<UnitLink> links, Throwable failure) {
        forAllAfter(failure, links.reversed(), link -> link.undo(target));
    }

    /** Takes a step for all objects after a failure, even if it fails for some. */
    private static void forAllAfter(
            Throwable failure, List<UnitLink> links, Consumer<UnitLink> step) {
        for (UnitLink link : links) {
            try {
                step.accept(link);
            } catch (RuntimeException | Error e) {
                if (!e.equals(failure)) {
                    failure.addSuppressed(e);
                }
            }
        }
    }
}
