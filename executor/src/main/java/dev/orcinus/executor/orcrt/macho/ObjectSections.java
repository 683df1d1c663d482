package dev.orcinus.executor.orcrt.macho;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of an object that the platform knows: {@code tuple<addr, optional<tuple<seq<range>,
 * range, range>>, seq<tuple<string, range>>>}. The optional part is unwind info: the ranges of
 * code, the DWARF section, and compact unwind info, which the guest's unwinder does not know.
 *
 * @param dylib the address of the Mach-O header of the object's dylib
 * @param sections the sections, by segment and name
 */
record ObjectSections(ExecutorAddress dylib, List<Section> sections) {
    static final String UNWIND_INFO = "__TEXT,__eh_frame";

    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);
    private static final SpsCodec<List<Section>> SECTIONS =
            SpsCodec.sequence(
                    SpsCodec.pair(
                            Sps.STRING, Sps.RANGE, Section::new, Section::name, Section::range));

    /**
     * A section.
     *
     * @param name its segment and its name, with a comma
     */
    record Section(String name, AddressRange range) {}

    /** Reads the arguments of a registration. */
    static ObjectSections read(SpsReader in) throws ProtocolException {
        ExecutorAddress dylib = in.readAddress();
        List<Section> sections = new ArrayList<>();
        if (in.readBoolean()) {
            RANGES.read(in);
            sections.add(new Section(UNWIND_INFO, Sps.RANGE.read(in)));
            Sps.RANGE.read(in);
        }
        for (Section section : SECTIONS.read(in)) {
            if (!sections.contains(section)) {
                sections.add(section);
            }
        }
        return new ObjectSections(dylib, sections);
    }
}
