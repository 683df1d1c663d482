package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;

/** The ranges that a guest had at one moment. One thread at a time may use it. */
final class HeldRanges implements MemoryHold {
    private final ContentFile content;
    private final MappedRanges ranges;
    private final List<MappedRange> held;
    private final long end;
    private final int descriptor;
    private final long hold;
    private boolean isClosed;

    HeldRanges(ContentFile content, MappedRanges ranges) {
        this.content = content;
        this.ranges = ranges;
        held = ranges.copies();
        end = content.end();
        descriptor = content.descriptor();
        hold = content.hold();
    }

    @Override
    public void restore() throws HostCallException {
        content.setDescriptor(descriptor);
        content.keepBefore(end, hold);
        List<MappedRange> now = new ArrayList<>(ranges.all());
        List<MappedRange> again = new ArrayList<>(held.size());
        for (MappedRange range : held) {
            boolean isThere = now.removeIf(other -> other.hasPlaceOf(range));
            again.add(isThere || !range.isInFile() ? range : mapAgain(range));
        }
        now.forEach(this::drop);
        ranges.replaceBy(again);
    }

    /** Maps a range here that has gone, or has been divided. */
    private MappedRange mapAgain(MappedRange range) throws HostCallException {
        return range.withMirror(content.map(range.guest().sizeBytes(), range.fileOffset()));
    }

    /** Gives up a range, whose content may be that of a range that was divided. */
    private void drop(MappedRange range) {
        if (range.fileOffset() >= end) {
            content.unmap(range);
        } else {
            ContentFile.unmapMirror(range);
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            content.letGo(hold);
        }
    }
}
